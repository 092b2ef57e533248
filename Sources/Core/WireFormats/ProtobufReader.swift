import Basics

/// Walks one protobuf message field by field, without copying.
package struct ProtobufReader {
    package struct Invalid: Error, CustomStringConvertible {
        /// Bytes from the start of the outermost message.
        package var offset: Int
        package var reason: String
        package var description: String { "byte \(offset): \(reason)" }
    }

    let bytes: UnsafeRawBufferPointer
    var cursor: Int
    let end: Int

    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.bytes = bytes
        cursor = range.lowerBound
        end = range.upperBound
    }

    /// The next field's number and wire type; nil at the end.
    mutating func next() throws(Invalid) -> (number: Int, wire: Int)? {
        guard cursor < end else { return nil }
        let start = cursor
        let tag = try varint()
        guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw Invalid(offset: start, reason: "field number \(tag >> 3)") }
        return (Int(tag >> 3), Int(tag & 7))
    }

    mutating func varint() throws(Invalid) -> UInt64 {
        let start = cursor
        guard let value = Varint.read(bytes, at: &cursor), cursor <= end else {
            throw Invalid(offset: start, reason: "a varint ends too late or is longer than 64 bits")
        }
        return value
    }

    mutating func fixed64() throws(Invalid) -> UInt64 {
        guard cursor + 8 <= end else { throw Invalid(offset: cursor, reason: "a 64-bit value is cut off") }
        defer { cursor += 8 }
        return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: cursor, as: UInt64.self))
    }

    /// The byte range of a length-delimited field.
    mutating func range() throws(Invalid) -> Range<Int> {
        let start = cursor
        let count = try varint()
        guard count <= UInt64(end - cursor) else {
            throw Invalid(offset: start, reason: "a length of \(count) exceeds the \(end - cursor) bytes left")
        }
        defer { cursor += Int(count) }
        return cursor..<cursor + Int(count)
    }

    mutating func skip(wire: Int) throws(Invalid) {
        switch wire {
        case 0: _ = try varint()
        case 1: _ = try fixed64()
        case 2: _ = try range()
        case 5:
            guard cursor + 4 <= end else { throw Invalid(offset: cursor, reason: "a 32-bit value is cut off") }
            cursor += 4
        default: throw Invalid(offset: cursor, reason: "wire type \(wire)")
        }
    }

    func expect(_ wire: Int, _ wanted: Int, _ what: String) throws(Invalid) {
        if wire != wanted { throw Invalid(offset: cursor, reason: "\(what) has wire type \(wire), not \(wanted)") }
    }
}
