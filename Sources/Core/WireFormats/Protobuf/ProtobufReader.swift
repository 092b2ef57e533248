import Basics

/// Walks one protobuf message (protobuf.dev, "Encoding") field by field, without copying. Errors name the byte.
struct ProtobufReader {
    /// How a field's value is written.
    enum Wire {
        static let varint = 0
        static let fixed64 = 1
        static let bytes = 2
        static let fixed32 = 5
    }

    let bytes: UnsafeRawBufferPointer
    private(set) var cursor: Int
    let end: Int

    init(_ bytes: UnsafeRawBufferPointer) { self.init(bytes, 0..<bytes.count) }

    /// `range` must lie within `bytes`.
    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.bytes = bytes
        cursor = range.lowerBound
        end = range.upperBound
    }

    struct Field {
        var number: Int
        var wire: Int
    }

    /// The next field's number and wire type; nil at the end of the message.
    @inline(__always)
    mutating func next() throws(WireFormatError) -> Field? {
        guard cursor < end else { return nil }
        // Fast path: fields 1 to 15 have a tag of one byte.
        let tag = bytes[cursor]
        if tag < 0x80, tag >= 8 {
            cursor += 1
            return Field(number: Int(tag >> 3), wire: Int(tag & 7))
        }
        return try nextLong()
    }

    private mutating func nextLong() throws(WireFormatError) -> Field {
        let start = cursor
        let tag = try varint()
        guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw malformed(start, "a field number of \(tag >> 3)") }
        return Field(number: Int(tag >> 3), wire: Int(tag & 7))
    }

    @inline(__always)
    mutating func varint() throws(WireFormatError) -> UInt64 {
        // Fast path: one byte.
        if cursor < end, bytes[cursor] < 0x80 {
            defer { cursor += 1 }
            return UInt64(bytes[cursor])
        }
        return try longVarint()
    }

    private mutating func longVarint() throws(WireFormatError) -> UInt64 {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        var position = cursor
        while position < end, shift < 70 {
            let byte = bytes[position]
            position += 1
            if shift == 63, byte > 1 { break }
            result |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 {
                cursor = position
                return result
            }
            shift += 7
        }
        throw malformed(cursor, "a number is cut off or longer than 64 bits")
    }

    @inline(__always)
    mutating func fixed64() throws(WireFormatError) -> UInt64 {
        guard end - cursor >= 8 else { throw malformed(cursor, "a 64-bit value is cut off") }
        defer { cursor += 8 }
        return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: cursor, as: UInt64.self))
    }

    /// The byte range of a length-delimited field; the cursor moves past it.
    @inline(__always)
    mutating func range() throws(WireFormatError) -> Range<Int> {
        let start = cursor
        let count = try varint()
        guard count <= UInt64(end - cursor) else {
            throw malformed(start, "a length of \(count) where \(end - cursor) bytes are left")
        }
        defer { cursor += Int(count) }
        return cursor..<cursor + Int(count)
    }

    /// At the length of a message that has exactly the fields 1 and 2, in this order, both bytes, everything shorter
    /// than 128: their ranges, and the cursor moves past it. Nil, and nothing moves, for a message of another shape,
    /// valid or not.
    @inline(__always)
    mutating func shortPair() -> (first: Range<Int>, second: Range<Int>)? {
        guard end - cursor > 4 else { return nil }
        let length = Int(bytes[cursor])
        let firstCount = Int(bytes[cursor + 2])
        let start = cursor + 3
        guard length < 0x80, length <= end - cursor - 1, bytes[cursor + 1] == 0x0a, firstCount + 4 <= length,
            bytes[start + firstCount] == 0x12, Int(bytes[start + firstCount + 1]) == length - 4 - firstCount
        else { return nil }
        cursor += 1 + length
        return (start..<start + firstCount, start + firstCount + 2..<cursor)
    }

    /// Groups (wire types 3 and 4) were given up before any of our formats began.
    mutating func skip(_ field: Field) throws(WireFormatError) {
        switch field.wire {
        case Wire.varint: _ = try varint()
        case Wire.fixed64: _ = try fixed64()
        case Wire.bytes: _ = try range()
        case Wire.fixed32:
            guard end - cursor >= 4 else { throw malformed(cursor, "a 32-bit value is cut off") }
            cursor += 4
        default: throw malformed(cursor, "field \(field.number) has wire type \(field.wire), which does not exist")
        }
    }

    @inline(__always)
    func expect(_ field: Field, _ wire: Int, _ what: StaticString) throws(WireFormatError) {
        guard field.wire == wire else {
            throw malformed(cursor, "\(what) has wire type \(field.wire), not \(wire)")
        }
    }

    @inline(never)
    private func malformed(_ offset: Int, _ message: String) -> WireFormatError {
        WireFormatError(.malformed, .byte(offset), message)
    }
}
