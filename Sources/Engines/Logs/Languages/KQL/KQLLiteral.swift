/// A name or a value, quoted or not.
struct KQLLiteral {
    enum Part: Hashable {
        case character(Unicode.Scalar)
        /// `*` that is not escaped.
        case wildcard
    }

    var parts: [Part]
    var isQuoted: Bool
    /// In the text.
    var start: Int

    var hasWildcard: Bool { parts.contains(.wildcard) }

    /// Without what sets wildcards apart from stars.
    var plain: String {
        var view = String.UnicodeScalarView()
        for part in parts {
            switch part {
            case .character(let character): view.append(character)
            case .wildcard: view.append("*")
            }
        }
        return String(view)
    }

    /// As a pattern of `ValueTest.wildcard`, in which `?` has a meaning that it has not here.
    var wildcardPattern: String {
        var view = String.UnicodeScalarView()
        for part in parts {
            switch part {
            case .wildcard: view.append("*")
            case .character(let character):
                if character == "*" || character == "?" || character == "\\" { view.append("\\") }
                view.append(character)
            }
        }
        return String(view)
    }

    /// As the name of a field, or a pattern of names, inside the object `path`.
    func pattern(below path: String) -> String { path.isEmpty ? plain : path + "." + plain }
}

extension KQLParser {
    mutating func literal(expecting what: String) throws(LogQueryError) -> KQLLiteral {
        if text.peek() == "\"" { return try quoted() }
        let literal = try unquoted()
        guard !literal.parts.isEmpty else { throw text.error("expected \(what) but found \(text.found)") }
        return literal
    }

    private mutating func quoted() throws(LogQueryError) -> KQLLiteral {
        let start = text.offset
        text.offset += 1
        var parts: [KQLLiteral.Part] = []
        while let character = text.peek() {
            if character == "\"" {
                text.offset += 1
                return KQLLiteral(parts: parts, isQuoted: true, start: start)
            }
            if character == "\\" {
                if let escaped = try takeEscape() {
                    parts.append(.character(escaped))
                    continue
                }
                if let next = text.peek(1), next == "\\" || next == "\"" {
                    parts.append(.character(next))
                    text.offset += 2
                    continue
                }
            }
            parts.append(.character(character))
            text.offset += 1
        }
        throw text.error("expected a closing \"\\\"\" for the quote opened here", at: start)
    }

    private mutating func unquoted() throws(LogQueryError) -> KQLLiteral {
        let start = text.offset
        var parts: [KQLLiteral.Part] = []
        /// Up to where the literal reaches: spaces at its end do not count, unless escaped.
        var count = 0
        while let character = text.peek() {
            switch character {
            case "\\":
                if let escaped = try takeEscape() {
                    parts.append(.character(escaped))
                } else {
                    try takeEscapedPlain(into: &parts)
                }
                count = parts.count
                continue
            case "*":
                parts.append(.wildcard)
                count = parts.count
            case "(", ")", ":", "<", ">", "\"", "{", "}":
                parts.removeSubrange(count...)
                return KQLLiteral(parts: parts, isQuoted: false, start: start)
            default:
                if isAtKeyword {
                    parts.removeSubrange(count...)
                    return KQLLiteral(parts: parts, isQuoted: false, start: start)
                }
                parts.append(.character(character))
                if !isSpace(character) { count = parts.count }
            }
            text.offset += 1
        }
        parts.removeSubrange(count...)
        return KQLLiteral(parts: parts, isQuoted: false, start: start)
    }

    /// `\t`, `\r`, `\n` or `\uXXXX`, quoted or not.
    private mutating func takeEscape() throws(LogQueryError) -> Unicode.Scalar? {
        switch text.peek(1) {
        case "t":
            text.offset += 2
            return "\t"
        case "r":
            text.offset += 2
            return "\r"
        case "n":
            // Unquoted, `\not` is the word with its meaning taken away.
            if text.has("not", at: 1) { return nil }
            text.offset += 2
            return "\n"
        case "u":
            let digits = text.text(text.offset + 2..<min(text.offset + 6, text.characters.count))
            guard digits.utf8.count == 4, let value = UInt32(digits, radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw text.error("expected four hexadecimal digits after \"\\u\", as in \\u00e9") }
            text.offset += 6
            return scalar
        default: return nil
        }
    }

    private mutating func takeEscapedPlain(into parts: inout [KQLLiteral.Part]) throws(LogQueryError) {
        if let next = text.peek(1), "\\():<>\"*{}".unicodeScalars.contains(next) {
            parts.append(.character(next))
            text.offset += 2
            return
        }
        for (word, count) in [("or", 2), ("and", 3), ("not", 3)] as [(StaticString, Int)] where text.has(word, at: 1)
        {
            for distance in 1...count { if let letter = text.peek(distance) { parts.append(.character(letter)) } }
            text.offset += 1 + count
            return
        }
        throw text.error(
            "a backslash stands before one of \\ ( ) : < > \" * { }, t, r, n, uXXXX, or the words and, or, not; "
                + "write \\\\ for a backslash")
    }
}
