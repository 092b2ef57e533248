/// What is wrong with bytes of counts, and where.
struct CountsDamage: Error, Hashable, Sendable, CustomStringConvertible {
    var offset: Int
    var reason: String

    init(offset: Int, _ reason: String) {
        self.offset = offset
        self.reason = reason
    }

    var description: String { "byte \(offset): \(reason)" }
}

/// Reads numbers from bytes that may be damaged. The bytes outlive it.
struct CountsReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset: Int

    init(_ bytes: UnsafeRawBufferPointer, from offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    var isAtEnd: Bool { offset >= bytes.count }

    /// Little endian.
    mutating func fixed(_ count: Int) throws(CountsDamage) -> UInt64 {
        guard bytes.count - offset >= count else { throw CountsDamage(offset: offset, "ends within a number") }
        var value: UInt64 = 0
        for place in 0..<count { value |= UInt64(bytes[offset + place]) << (8 * UInt64(place)) }
        offset += count
        return value
    }

    mutating func varint() throws(CountsDamage) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard offset < bytes.count else { throw CountsDamage(offset: offset, "ends within a number") }
            let byte = bytes[offset]
            offset += 1
            guard shift < 63 || byte <= 1 else { throw CountsDamage(offset: offset, "a number is too long") }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    mutating func signed() throws(CountsDamage) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func token() throws(CountsDamage) -> MinuteCount? {
        let total = try varint()
        if total == 0 { return nil }
        guard total - 1 <= UInt64(Int64.max) else { throw CountsDamage(offset: offset, "a count is too large") }
        return MinuteCount(bad: try signed(), total: Int64(total - 1))
    }

    mutating func text(_ count: Int) throws(CountsDamage) -> String {
        guard count <= bytes.count - offset, count >= 0 else {
            throw CountsDamage(offset: offset, "ends within a text")
        }
        defer { offset += count }
        guard
            let text = String(
                validating: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]), as: UTF8.self)
        else { throw CountsDamage(offset: offset, "a name is no UTF-8") }
        return text
    }
}
