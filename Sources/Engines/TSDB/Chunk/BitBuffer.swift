/// Bits appended to bytes of its own, most significant first. For chunks of histograms, which grow seldom; floats
/// have `BitWriter`.
struct BitBuffer {
    private(set) var bytes: [UInt8]
    /// Free bits at the low end of the last byte.
    private var free = 0

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    /// The low `count` bits of `bits`, 1 to 64.
    mutating func append(_ bits: UInt64, count: Int) {
        var left = count
        while left > 0 {
            if free == 0 {
                bytes.append(0)
                free = 8
            }
            let taken = min(free, left)
            let part = (bits >> UInt64(left - taken)) & (1 << UInt64(taken) - 1)
            bytes[bytes.count - 1] |= UInt8(truncatingIfNeeded: part << UInt64(free - taken))
            free -= taken
            left -= taken
        }
    }

    mutating func set(_ byte: UInt8, at place: Int) { bytes[place] = byte }

    mutating func setSampleCount(_ count: Int) {
        bytes[0] = UInt8(truncatingIfNeeded: count >> 8)
        bytes[1] = UInt8(truncatingIfNeeded: count)
    }
}

/// Prometheus' varbit numbers (tsdb/chunkenc/varbit.go): as many ones as tell the width, a zero, the number.
enum Varbit {
    private static let widths = [3, 6, 9, 12, 18, 25, 56]

    static func append(_ value: Int64, to buffer: inout BitBuffer) {
        if value == 0 { return buffer.append(0, count: 1) }
        for (place, width) in widths.enumerated() {
            let half = Int64(1) << Int64(width - 1)
            guard value > -half, value <= half else { continue }
            appendPrefix(place, to: &buffer)
            return buffer.append(UInt64(bitPattern: value) & (1 << UInt64(width) - 1), count: width)
        }
        buffer.append(0xff, count: 8)
        buffer.append(UInt64(bitPattern: value), count: 64)
    }

    static func append(_ value: UInt64, to buffer: inout BitBuffer) {
        if value == 0 { return buffer.append(0, count: 1) }
        for (place, width) in widths.enumerated() where value < 1 << UInt64(width) {
            appendPrefix(place, to: &buffer)
            return buffer.append(value, count: width)
        }
        buffer.append(0xff, count: 8)
        buffer.append(value, count: 64)
    }

    private static func appendPrefix(_ place: Int, to buffer: inout BitBuffer) {
        buffer.append((1 << UInt64(place + 1) - 1) << 1, count: place + 2)
    }

    static func readSigned(_ reader: inout BitReader) -> Int64? {
        guard let (bits, width) = read(&reader) else { return nil }
        if width == 64 { return Int64(bitPattern: bits) }
        let value = Int64(bitPattern: bits)
        return width > 0 && value > 1 << Int64(width - 1) ? value - 1 << Int64(width) : value
    }

    static func readUnsigned(_ reader: inout BitReader) -> UInt64? { read(&reader)?.bits }

    private static func read(_ reader: inout BitReader) -> (bits: UInt64, width: Int)? {
        let ones = min(8, (~reader.peek()).leadingZeroBitCount)
        guard reader.skip(ones == 8 ? 8 : ones + 1) else { return nil }
        if ones == 0 { return (0, 0) }
        let width = ones == 8 ? 64 : widths[ones - 1]
        return reader.read(width).map { ($0, width) }
    }
}

/// A float told by how its bits differ from those of the float before it, as in XOR chunks.
struct XORValue {
    var bits: UInt64
    /// 0xff before the first that differs.
    private var leading: UInt8 = 0xff
    private var trailing: UInt8 = 0

    init(_ bits: UInt64) { self.bits = bits }

    mutating func append(_ next: UInt64, to buffer: inout BitBuffer) {
        let delta = next ^ bits
        bits = next
        if delta == 0 { return buffer.append(0, count: 1) }
        let newLeading = UInt8(min(31, delta.leadingZeroBitCount))
        let newTrailing = UInt8(delta.trailingZeroBitCount)
        if leading != 0xff, newLeading >= leading, newTrailing >= trailing {
            buffer.append(0b10, count: 2)
            return buffer.append(delta >> UInt64(trailing), count: 64 - Int(leading) - Int(trailing))
        }
        leading = newLeading
        trailing = newTrailing
        let significant = 64 - Int(newLeading) - Int(newTrailing)
        buffer.append(0b11 << 11 | UInt64(newLeading) << 6 | UInt64(significant & 63), count: 13)
        buffer.append(delta >> UInt64(newTrailing), count: significant)
    }

    /// False at a premature end.
    mutating func read(_ reader: inout BitReader) -> Bool {
        let word = reader.peek()
        if word >> 63 == 0 { return reader.skip(1) }
        if word >> 62 == 0b10 {
            guard reader.skip(2), leading != 0xff else { return false }
        } else {
            leading = UInt8((word << 2) >> 59)
            let significant = Int((word << 7) >> 58)
            let rest = 64 - Int(leading) - (significant == 0 ? 64 : significant)
            guard rest >= 0, reader.skip(13) else { return false }
            trailing = UInt8(rest)
        }
        guard let delta = reader.read(64 - Int(leading) - Int(trailing)) else { return false }
        bits ^= delta << UInt64(trailing)
        return true
    }
}
