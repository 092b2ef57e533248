/// Unsigned LEB128, as protobuf and Prometheus' formats use it: at most ten bytes.
package enum Varint {
    /// Nil when the bytes end inside the number or it exceeds 64 bits.
    @inlinable @inline(__always)
    package static func read(_ bytes: UnsafeRawBufferPointer, at offset: inout Int) -> UInt64? {
        // Fast path: one byte.
        guard offset < bytes.count else { return nil }
        let first = bytes[offset]
        if first < 0x80 {
            offset += 1
            return UInt64(first)
        }
        return readLong(bytes, at: &offset)
    }

    @usableFromInline
    static func readLong(_ bytes: UnsafeRawBufferPointer, at offset: inout Int) -> UInt64? {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        var cursor = offset
        while cursor < bytes.count, shift < 70 {
            let byte = bytes[cursor]
            cursor += 1
            if shift == 63, byte > 1 { return nil }
            result |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 {
                offset = cursor
                return result
            }
            shift += 7
        }
        return nil
    }

    package static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var left = value
        while left >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: left) | 0x80)
            left >>= 7
        }
        bytes.append(UInt8(left))
    }

    /// ZigZag: small magnitudes of either sign stay short.
    @inlinable package static func zigZag(_ value: Int64) -> UInt64 {
        UInt64(bitPattern: (value << 1) ^ (value >> 63))
    }
    @inlinable package static func unZigZag(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}
