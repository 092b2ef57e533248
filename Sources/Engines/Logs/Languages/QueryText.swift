/// A query's text and how far it was read, character by character.
struct QueryText {
    let characters: [Unicode.Scalar]
    var offset = 0

    init(_ text: String) throws(LogQueryError) {
        guard text.utf8.count <= LogQueryLimits.textBytesMax else {
            throw LogQueryError(
                .tooLarge,
                "the query has \(text.utf8.count) bytes; at most \(LogQueryLimits.textBytesMax) are read")
        }
        characters = Array(text.unicodeScalars)
    }

    var isAtEnd: Bool { offset >= characters.count }

    func peek(_ distance: Int = 0) -> Unicode.Scalar? {
        offset + distance < characters.count && offset + distance >= 0 ? characters[offset + distance] : nil
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == character else { return false }
        offset += 1
        return true
    }

    /// Whether `word` stands here, in any case.
    func has(_ word: StaticString, at distance: Int = 0) -> Bool {
        word.withUTF8Buffer { bytes in
            for (index, byte) in bytes.enumerated() {
                guard let character = peek(distance + index), character.isASCII,
                    UInt8(character.value) | 0x20 == byte | 0x20
                else { return false }
            }
            return true
        }
    }

    func place(_ offset: Int) -> LogQueryError.Place {
        var place = LogQueryError.Place(line: 1, column: 1)
        for character in characters.prefix(offset) {
            if character == "\n" {
                place.line += 1
                place.column = 1
            } else {
                place.column += 1
            }
        }
        return place
    }

    func error(_ message: String, at offset: Int? = nil) -> LogQueryError {
        LogQueryError(.syntax, message, at: place(offset ?? self.offset))
    }

    /// For messages: what stands here.
    var found: String { peek().map { "\"\($0)\"" } ?? "the end" }

    func text(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: characters[range])
        return String(text)
    }
}
