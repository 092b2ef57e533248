import SignalModel

/// The elements of a JSON array, one tree at a time.
struct JSONArrayElements {
    private let bytes: UnsafeRawBufferPointer
    private var cursor = 0
    /// Of the element that `next` gave last.
    private(set) var index = -1
    private var isDone = false

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func next() throws(WireFormatError) -> DocumentValue? {
        if isDone { return nil }
        skipBlanks()
        if index < 0 {
            guard byte == UInt8(ascii: "[") else { throw expected("an array") }
            cursor += 1
            skipBlanks()
        }
        if byte == UInt8(ascii: "]") {
            cursor += 1
            isDone = true
            skipBlanks()
            guard cursor == bytes.count else { throw expected("nothing behind the array") }
            return nil
        }
        if index >= 0 {
            guard byte == UInt8(ascii: ",") else { throw expected("a comma or ]") }
            cursor += 1
            skipBlanks()
        }
        guard cursor < bytes.count else { throw expected("a value") }
        index += 1
        do throws(WireFormatError) {
            let (value, count) = try DocumentReader.prefix(UnsafeRawBufferPointer(rebasing: bytes[cursor...]))
            cursor += count
            return value
        } catch {
            guard case .byte(let offset) = error.place else { throw error }
            throw WireFormatError(error.code, .byte(cursor + offset), "[\(index)]: \(error.message)")
        }
    }

    private var byte: UInt8 { cursor < bytes.count ? bytes[cursor] : 0 }

    private mutating func skipBlanks() {
        while byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { cursor += 1 }
    }

    private func expected(_ what: String) -> WireFormatError {
        WireFormatError(
            .malformed, .byte(cursor), cursor < bytes.count ? "expected \(what)" : "the JSON is cut off")
    }
}
