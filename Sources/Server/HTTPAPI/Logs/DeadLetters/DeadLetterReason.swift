/// What a dead letter's reason says: where it failed, and what it has in common with others of the same cause.
struct DeadLetterReason: Sendable, Hashable {
    /// Where it failed, as the reason names it at its end; each may be missing.
    private(set) var pipeline: String?
    private(set) var processor: String?
    private(set) var tag: String?
    /// The reason without what differs from document to document.
    private(set) var shape = ""

    private static let shapeCharactersMax = 400
    /// What stands in brackets behind these is a name, which tells causes apart; anything else is the document's.
    private static let namers: Set<String> = [
        "field", "Field", "path", "pipeline", "type", "id", "to", "resolve", "set", "unit", "pattern",
    ]
    /// What follows is the document's, to the end.
    private static let lastWords = Array("against source: ".utf8)

    init(_ reason: String) {
        let bytes = Array(reason.utf8)
        let split = Self.placeStart(bytes)
        if let split { readPlace(bytes[(split + 2)..<(bytes.count - 1)]) }
        var shape = Self.shape(bytes[..<(split ?? bytes.count)])
        if let split { shape += bytes[split...] }
        self.shape = String(String(decoding: shape, as: UTF8.self).prefix(Self.shapeCharactersMax))
    }

    /// Of ` (pipeline a, processor b, tag c)` at the end.
    private static func placeStart(_ bytes: [UInt8]) -> Int? {
        guard bytes.last == UInt8(ascii: ")") else { return nil }
        let opened = Array(" (pipeline ".utf8)
        var start = bytes.count - opened.count
        while start >= 0 {
            if bytes[start...].starts(with: opened) { return start }
            start -= 1
        }
        return nil
    }

    private mutating func readPlace(_ bytes: ArraySlice<UInt8>) {
        for part in String(decoding: bytes, as: UTF8.self).split(separator: ", ") {
            guard let space = part.firstIndex(of: " ") else { continue }
            let value = String(part[part.index(after: space)...])
            switch part[..<space] {
            case "pipeline": pipeline = value
            case "processor": processor = value
            case "tag": tag = value
            default: continue
            }
        }
    }

    private static func shape(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var shape: [UInt8] = []
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                shape.append(UInt8(ascii: "#"))
                while at < bytes.count, isDigit(bytes[at]) { at += 1 }
            case UInt8(ascii: "["):
                let close = UInt8(ascii: "]")
                if namers.contains(word(before: at, bytes)), let end = bytes[at...].firstIndex(of: close) {
                    shape += bytes[at...end]
                    at = end + 1
                } else {
                    shape += "[…]".utf8
                    at = (bytes[at...].lastIndex(of: close) ?? bytes.count - 1) + 1
                }
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                // Within a word it is an apostrophe.
                if at > 0, bytes[at - 1] != UInt8(ascii: " "), byte == UInt8(ascii: "'") {
                    shape.append(byte)
                    at += 1
                } else {
                    shape += [byte] + "…".utf8 + [byte]
                    at = (bytes[(at + 1)...].lastIndex(of: byte) ?? bytes.count - 1) + 1
                }
            default:
                shape.append(byte)
                at += 1
                if byte == UInt8(ascii: " "), shape.suffix(lastWords.count).elementsEqual(lastWords) {
                    return shape + "…".utf8
                }
            }
        }
        return shape
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    /// The word that ends before the blank at `at`.
    private static func word(before at: Int, _ bytes: ArraySlice<UInt8>) -> String {
        guard at > 0, bytes[at - 1] == UInt8(ascii: " ") else { return "" }
        var start = at - 1
        while start > 0, bytes[start - 1] != UInt8(ascii: " ") { start -= 1 }
        return String(decoding: bytes[start..<(at - 1)], as: UTF8.self)
    }
}
