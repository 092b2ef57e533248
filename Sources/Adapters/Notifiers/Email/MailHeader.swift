/// One header line of a mail, folded and encoded so that its value can be nothing but its value.
package enum MailHeader {
    /// RFC 2047 §2 allows 75; with less, the first one fits on the line behind the header's name.
    private static let encodedWordMax = 62
    /// RFC 5322 §2.1.1 asks for at most 78 on a line; lines of ours are folded before that where there is a space.
    private static let lineMax = 78

    /// `name` is ours; `value` may be anybody's. Ends in CRLF.
    package static func line(_ name: String, _ value: String) -> String {
        let words = isPlain(value) ? value.split(separator: " ").map(String.init) : encodedWords(value)
        return folded(name, words)
    }

    /// For values that are a form of their own (ids, dates): ours, ASCII, and never encoded.
    package static func structuredLine(_ name: String, _ value: String) -> String {
        precondition(value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f })
        return folded(name, value.split(separator: " ").map(String.init))
    }

    /// `From` and `To`: only the name before the address is text.
    package static func addressLine(_ name: String, _ addresses: [MailAddress]) -> String {
        var words: [String] = []
        for (index, address) in addresses.enumerated() {
            let comma = index + 1 < addresses.count ? "," : ""
            if address.name.isEmpty {
                words.append(address.mailbox + comma)
            } else {
                words += isPlain(address.name) ? ["\"\(address.name)\""] : encodedWords(address.name)
                words.append("<\(address.mailbox)>\(comma)")
            }
        }
        return folded(name, words)
    }

    /// Printable ASCII that no reader could take for an encoded word, in words short enough to fold.
    private static func isPlain(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f } && !value.contains("=?")
            && value.split(separator: " ").allSatisfy { $0.utf8.count <= encodedWordMax }
    }

    /// UTF-8 in the `Q` encoding; each word holds whole characters, as RFC 2047 §5 wants.
    private static func encodedWords(_ value: String) -> [String] {
        let opening = "=?utf-8?q?"
        let closing = "?="
        var words: [String] = []
        var current = ""
        for scalar in PlainLine.make(value, charactersMax: 500).unicodeScalars {
            let encoded = encoded(scalar)
            if opening.utf8.count + current.utf8.count + encoded.utf8.count + closing.utf8.count > encodedWordMax {
                words.append(opening + current + closing)
                current = ""
            }
            current += encoded
        }
        if !current.isEmpty { words.append(opening + current + closing) }
        return words
    }

    private static func encoded(_ scalar: Unicode.Scalar) -> String {
        if scalar == " " { return "_" }
        // RFC 2047 §5 (3): what is safe even in a name before an address.
        if scalar.isASCII, scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) { return String(scalar) }
        return String(scalar).utf8.map(QuotedPrintable.escaped).joined()
    }

    private static func folded(_ name: String, _ words: [String]) -> String {
        var text = "\(name):"
        var lineCount = text.utf8.count
        for (index, word) in words.enumerated() {
            if index > 0, lineCount + 1 + word.utf8.count > lineMax {
                text += "\r\n"
                lineCount = 0
            }
            text += " " + word
            lineCount += 1 + word.utf8.count
        }
        return text + "\r\n"
    }
}
