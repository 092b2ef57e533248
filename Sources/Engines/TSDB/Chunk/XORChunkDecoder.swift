import Basics

/// Unpacks XOR chunks into two columns. Bytes may come from a disk: whatever they are, it neither reads nor
/// writes out of bounds, and says when they end before the samples they promise.
enum XORChunkDecoder {
    /// Decodes all samples of `bytes` into columns that have room for them, returning how many there are;
    /// nil when the bytes are not a whole chunk.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, times: UnsafeMutablePointer<Int64>, values: UnsafeMutablePointer<UInt64>,
        capacity: Int
    ) -> Int? {
        guard bytes.count >= 2 else { return nil }
        let count = Int(bytes[0]) << 8 | Int(bytes[1])
        guard count <= capacity else { return nil }
        guard count > 0 else { return 0 }
        var reader = BitReader(bytes, fromByte: 2)
        guard let first = reader.readVarint(), var bits = reader.read(64) else { return nil }
        var time = Varint.unZigZag(first)
        times[0] = time
        values[0] = bits
        guard count > 1 else { return 1 }
        var window = Window()
        guard let firstDelta = reader.readVarint(), window.read(from: &reader, &bits) else { return nil }
        var delta = Int64(bitPattern: firstDelta)
        time &+= delta
        times[1] = time
        values[1] = bits
        var index = 2
        while index < count {
            guard let deltaOfDelta = readTime(&reader) else { return nil }
            delta &+= deltaOfDelta
            time &+= delta
            guard window.read(from: &reader, &bits) else { return nil }
            times[index] = time
            values[index] = bits
            index &+= 1
        }
        return count
    }

    @inline(__always)
    private static func readTime(_ reader: inout BitReader) -> Int64? {
        let word = reader.peek()
        // Fast path: regular intervals.
        if word >> 63 == 0 { return reader.skip(1) ? 0 : nil }
        if word >> 62 == 0b10 { return reader.skip(16) ? extend(word << 2, 14) : nil }
        if word >> 61 == 0b110 { return reader.skip(20) ? extend(word << 3, 17) : nil }
        if word >> 60 == 0b1110 { return reader.skip(24) ? extend(word << 4, 20) : nil }
        guard reader.skip(4), let bits = reader.read(64) else { return nil }
        return Int64(bitPattern: bits)
    }

    /// The top `count` bits of `word` as Prometheus signs them: values above half the range are negative, half
    /// itself is positive.
    @inline(__always)
    private static func extend(_ word: UInt64, _ count: UInt64) -> Int64 {
        let value = Int64(bitPattern: word >> (64 - count))
        return value > 1 << Int64(count - 1) ? value - 1 << Int64(count) : value
    }

    /// The significant bits of the last value that differed from its predecessor.
    private struct Window {
        var leading = 0
        var trailing = 0

        /// Turns `bits`, the value before, into the next value; false at a premature end.
        @inline(__always)
        mutating func read(from reader: inout BitReader, _ bits: inout UInt64) -> Bool {
            let word = reader.peek()
            // Fast path: an unchanged value.
            if word >> 63 == 0 { return reader.skip(1) }
            if word >> 62 == 0b10 {
                guard reader.skip(2) else { return false }
            } else {
                leading = Int((word << 2) >> 59)
                let significant = Int((word << 7) >> 58)
                trailing = 64 - leading - (significant == 0 ? 64 : significant)
                guard trailing >= 0, reader.skip(13) else { return false }
            }
            guard let delta = reader.read(64 - leading - trailing) else { return false }
            bits ^= delta << UInt64(trailing)
            return true
        }
    }
}
