/// Walks the bytes of one JSON document (RFC 8259). Two things that others refuse are taken, because a log line is
/// worth more than its form: control characters that are not escaped, and bytes that are not UTF-8, which become
/// U+FFFD. Valid only as long as the bytes it was made from.
struct DocumentScanner {
    let base: UnsafePointer<UInt8>
    let count: Int
    var cursor = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(WireFormatError) {
        guard bytes.count <= DocumentLimits.bytesMax else {
            throw WireFormatError(.tooLarge, .whole, "a document of \(bytes.count) bytes")
        }
        guard let base = bytes.baseAddress, !bytes.isEmpty else {
            throw WireFormatError(.malformed, .byte(0), "an empty document")
        }
        self.base = base
        count = bytes.count
    }

    /// The byte at the cursor; zero, which begins nothing, at the end.
    var byte: UInt8 {
        @inline(__always) get { cursor < count ? base[cursor] : 0 }
    }

    @inline(__always)
    mutating func skipBlanks() {
        while cursor < count {
            let byte = base[cursor]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return }
            cursor += 1
        }
    }

    /// Past `character`, or false.
    @inline(__always)
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard byte == UInt8(ascii: character) else { return false }
        cursor += 1
        return true
    }

    /// A member's name up to behind its colon and blanks.
    @inline(__always)
    mutating func key() throws(WireFormatError) -> Text {
        guard take("\"") else { throw expected("a name in quotation marks") }
        let key = try text()
        skipBlanks()
        guard take(":") else { throw expected("a colon") }
        skipBlanks()
        return key
    }

    mutating func word(_ word: StaticString) throws(WireFormatError) {
        let length = word.utf8CodeUnitCount
        guard count - cursor >= length,
            word.withUTF8Buffer({ UnsafeBufferPointer(start: base + cursor, count: length).elementsEqual($0) })
        else { throw expected("\(word)") }
        cursor += length
    }

    mutating func expectEnd() throws(WireFormatError) {
        skipBlanks()
        if cursor < count { throw problem("expected nothing behind the document") }
    }

    func expected(_ what: String) -> WireFormatError {
        problem(cursor < count ? "expected \(what)" : "the JSON is cut off")
    }

    func problem(_ message: String) -> WireFormatError { WireFormatError(.malformed, .byte(cursor), message) }

    func tooLarge(_ message: String) -> WireFormatError { WireFormatError(.tooLarge, .byte(cursor), message) }
}
