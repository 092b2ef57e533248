/// Cuts a text into Lucene's tokens: of what may begin at one place, the longest.
struct LuceneLexer {
    var text: QueryText

    static func isBlank(_ character: Unicode.Scalar?) -> Bool {
        switch character {
        case " ", "\t", "\n", "\r", "\u{3000}": true
        default: false
        }
    }

    private static func isTermStart(_ character: Unicode.Scalar) -> Bool {
        switch character {
        case " ", "\t", "\n", "\r", "\u{3000}", "+", "-", "!", "(", ")", ":", "^", "[", "]", "\"", "{", "}", "~", "*",
            "?", "\\", "/":
            false
        default: true
        }
    }

    mutating func next() throws(LogQueryError) -> LuceneToken {
        while Self.isBlank(text.peek()) { text.offset += 1 }
        let start = text.offset
        guard let character = text.peek() else { return LuceneToken(kind: .end, range: start..<start, start: start) }
        switch character {
        case "(": return take(1, .openGroup)
        case ")": return take(1, .closeGroup)
        case ":": return take(1, .colon)
        case "^": return take(1, .caret)
        case "[", "{": return take(1, .openRange)
        case "+", "-", "!":
            if Self.isBlank(text.peek(1)) { return take(1, .bareOperator) }
            return take(1, character == "+" ? .plus : (character == "-" ? .minus : .not))
        case "~": return fuzziness()
        case "\"": return try quoted("\"", .quoted)
        case "/": return try quoted("/", .expression)
        case "]", "}":
            throw text.error("\(text.found) closes no range; write \\\(character) for the character itself")
        default: return try word()
        }
    }

    private mutating func take(_ count: Int, _ kind: LuceneToken.Kind) -> LuceneToken {
        let start = text.offset
        text.offset += count
        return LuceneToken(kind: kind, range: start..<text.offset, start: start)
    }

    private mutating func fuzziness() -> LuceneToken {
        let start = text.offset
        text.offset += 1
        while let character = text.peek(), ("0"..."9").contains(character) || character == "." { text.offset += 1 }
        return LuceneToken(kind: .fuzziness, range: start + 1..<text.offset, start: start)
    }

    private mutating func quoted(
        _ quote: Unicode.Scalar, _ kind: LuceneToken.Kind
    ) throws(LogQueryError) -> LuceneToken {
        let start = text.offset
        text.offset += 1
        while let character = text.peek() {
            if character == quote {
                text.offset += 1
                return LuceneToken(kind: kind, range: start + 1..<text.offset - 1, start: start)
            }
            text.offset += character == "\\" ? 2 : 1
        }
        throw text.error(
            kind == .quoted
                ? "expected a closing \"\\\"\" for the quote opened here; write \\\" for a quote itself"
                : "expected a closing \"/\" for the regular expression opened here; write \\/ for a slash itself",
            at: start)
    }

    private mutating func word() throws(LogQueryError) -> LuceneToken {
        let start = text.offset
        var stars = 0
        var isLastStar = false
        var hasQuestion = false
        while let character = text.peek() {
            isLastStar = false
            if character == "\\" {
                guard text.peek(1) != nil else {
                    throw text.error("a backslash at the end; write \\\\ for a backslash itself")
                }
                text.offset += 2
                continue
            } else if character == "*" {
                stars += 1
                isLastStar = true
            } else if character == "?" {
                hasQuestion = true
            } else if !Self.isTermStart(character) {
                let isInside = character == "-" || character == "+"
                guard isInside, text.offset > start else { break }
            }
            text.offset += 1
        }
        let range = start..<text.offset
        if stars > 0 || hasQuestion {
            if range.count == 1, stars == 1 { return LuceneToken(kind: .star, range: range, start: start) }
            let isPrefix = stars == 1 && isLastStar && !hasQuestion
            return LuceneToken(kind: isPrefix ? .prefix : .wildcard, range: range, start: start)
        }
        let kind: LuceneToken.Kind =
            switch text.text(range) {
            case "AND", "&&": .and
            case "OR", "||": .or
            case "NOT": .not
            default: .term
            }
        return LuceneToken(kind: kind, range: range, start: start)
    }
}
