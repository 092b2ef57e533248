import SignalModel

/// The grammar of Alertmanager up to 0.26: tolerant of backslashes and of values without quotes.
enum ClassicMatcherParser {
    static func parse(_ text: String) throws(AlertingError) -> [Matcher] {
        var inner = text[...]
        if inner.hasPrefix("{") { inner = inner.dropFirst() }
        if inner.hasSuffix("}") { inner = inner.dropLast() }
        var pieces: [String] = []
        var piece = ""
        var isQuoted = false
        var isEscaped = false
        for scalar in inner.unicodeScalars {
            switch scalar {
            case "," where !isQuoted:
                pieces.append(piece)
                piece = ""
                continue
            case "\"":
                if !isEscaped { isQuoted.toggle() }
                isEscaped = false
            case "\\": isEscaped.toggle()
            default: isEscaped = false
            }
            piece.unicodeScalars.append(scalar)
        }
        if piece.contains(where: { !$0.isWhitespace }) { pieces.append(piece) }
        var matchers: [Matcher] = []
        for piece in pieces { matchers.append(try one(piece)) }
        return matchers
    }

    private static func one(_ text: String) throws(AlertingError) -> Matcher {
        let bad = AlertingError(.invalid, "bad matcher format: \(text)")
        var rest = trimmed(text[...])
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
        guard let first = name.first, !first.isNumber else { throw bad }
        rest = rest.dropFirst(name.count).drop { $0.isWhitespace }
        let operations: [Matcher.Operation] = [.matches, .equal, .notEqual, .notMatches]
        guard let operation = operations.first(where: { rest.hasPrefix($0.rawValue) }) else { throw bad }
        let raw = trimmed(rest.dropFirst(operation.rawValue.count))
        return try MatcherParser.matcher(String(name), operation, try value(raw))
    }

    private static func value(_ raw: Substring) throws(AlertingError) -> String {
        let stray = AlertingError(.invalid, "matcher value contains unescaped double quote: \(raw)")
        let scalars = Array(raw.unicodeScalars)
        guard let first = scalars.first else { return "" }
        var awaitsQuote = first == "\""
        var result = ""
        var isEscaped = false
        for (index, scalar) in scalars.enumerated().dropFirst(awaitsQuote ? 1 : 0) {
            let isLast = index == scalars.count - 1
            if isEscaped {
                isEscaped = false
                switch scalar {
                case "n": result += "\n"
                case "\"", "\\": result.unicodeScalars.append(scalar)
                default:
                    // A spurious escape: the backslash stands for itself.
                    result += "\\"
                    result.unicodeScalars.append(scalar)
                }
                continue
            }
            switch scalar {
            case "\\":
                if isLast { result += "\\" } else { isEscaped = true }
            case "\"":
                guard awaitsQuote, isLast else { throw stray }
                awaitsQuote = false
            default: result.unicodeScalars.append(scalar)
            }
        }
        if awaitsQuote { throw stray }
        return result
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return text
    }
}
