/// Cuts a query into tokens, one at a time, after the states of Prometheus' `promql/parser/lex.go`: what a
/// character means depends on whether a brace or a bracket is open, not on the grammar.
struct Lexer {
    let bytes: [UInt8]
    /// The next byte to read.
    var offset = 0
    /// Where the token being read began.
    var start = 0
    /// Why the text cannot be cut further. Set once; from then on every token is `.failure`.
    private(set) var failure: String?

    var parenthesesOpen = 0
    var isBraceOpen = false
    var isBracketOpen = false
    /// A length of time was read since the bracket opened, so a colon may follow.
    var hasDuration = false
    var hasColon = false
    /// Right after `[`, or inside its arithmetic: the state that knows `step`, `range` and the operators.
    var isInDurationExpression = false

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The next token that is not a comment.
    mutating func next() -> Token {
        if failure != nil { return token(.failure) }
        skipBlank()
        start = offset
        if isBraceOpen { return insideBraces() }
        return isInDurationExpression ? insideDurationExpression() : outside()
    }

    private mutating func outside() -> Token {
        guard let byte = peek() else { return end() }
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return numberOrDuration()
        case UInt8(ascii: ".") where peek(1).map(isDigit) == true: return numberOrDuration()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return quotedString()
        case UInt8(ascii: "`"): return rawString()
        case UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            return isBracketOpen ? wordInsideBracket() : word()
        default: return punctuation(byte)
        }
    }

    private mutating func end() -> Token {
        if parenthesesOpen != 0 { return fail("unclosed left parenthesis") }
        if isBracketOpen { return fail("unclosed left bracket") }
        return token(.endOfInput)
    }

    private mutating func punctuation(_ byte: UInt8) -> Token {
        switch byte {
        case UInt8(ascii: ","): return take(1, .comma)
        case UInt8(ascii: "+"): return take(1, .operation(.add))
        case UInt8(ascii: "-"): return take(1, .operation(.subtract))
        case UInt8(ascii: "*"): return take(1, .operation(.multiply))
        case UInt8(ascii: "/"): return take(1, .operation(.divide))
        case UInt8(ascii: "%"): return take(1, .operation(.modulo))
        case UInt8(ascii: "^"): return take(1, .operation(.power))
        case UInt8(ascii: "@"): return take(1, .at)
        case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"): return comparison(byte)
        case UInt8(ascii: "("): return openParenthesis()
        case UInt8(ascii: ")"): return closeParenthesis()
        case UInt8(ascii: "{"):
            isBraceOpen = true
            return take(1, .leftBrace)
        case UInt8(ascii: "["): return openBracket()
        case UInt8(ascii: "]"):
            guard isBracketOpen else { return fail("unexpected right bracket ']'") }
            isBracketOpen = false
            return take(1, .rightBracket)
        default:
            return fail("unexpected character: \(quotedCharacter(takeScalar()))")
        }
    }

    private mutating func comparison(_ byte: UInt8) -> Token {
        let following = peek(1)
        switch (byte, following) {
        case (UInt8(ascii: "="), UInt8(ascii: "=")): return take(2, .operation(.equal))
        case (UInt8(ascii: "="), UInt8(ascii: "~")): return fail("unexpected character after '=': '~'")
        case (UInt8(ascii: "="), _): return take(1, .equal)
        case (UInt8(ascii: "!"), UInt8(ascii: "=")): return take(2, .operation(.notEqual))
        case (UInt8(ascii: "!"), _):
            offset += 1
            return fail("unexpected character after '!': \(quotedCharacter(takeScalar()))")
        case (UInt8(ascii: "<"), UInt8(ascii: "=")): return take(2, .operation(.lessOrEqual))
        case (UInt8(ascii: "<"), UInt8(ascii: "/")): return take(2, .operation(.trimUpper))
        case (UInt8(ascii: "<"), _): return take(1, .operation(.less))
        case (_, UInt8(ascii: "=")): return take(2, .operation(.greaterOrEqual))
        case (_, UInt8(ascii: "/")): return take(2, .operation(.trimLower))
        default: return take(1, .operation(.greater))
        }
    }

    mutating func openParenthesis() -> Token {
        parenthesesOpen += 1
        return take(1, .leftParen)
    }

    mutating func closeParenthesis() -> Token {
        guard parenthesesOpen > 0 else {
            // Prometheus counts it as read before it objects: the place is behind it.
            start = offset + 1
            return fail("unexpected right parenthesis ')'")
        }
        parenthesesOpen -= 1
        return take(1, .rightParen)
    }

    private mutating func openBracket() -> Token {
        if isBracketOpen { return fail("unexpected left bracket '['") }
        isBracketOpen = true
        hasColon = false
        hasDuration = false
        isInDurationExpression = true
        return take(1, .leftBracket)
    }
}

extension Lexer {
    func peek(_ distance: Int = 0) -> UInt8? {
        offset + distance < bytes.count ? bytes[offset + distance] : nil
    }

    func token(_ kind: Token.Kind) -> Token {
        Token(kind: kind, position: PositionRange(start: start, end: offset))
    }

    mutating func take(_ count: Int, _ kind: Token.Kind) -> Token {
        offset += count
        return token(kind)
    }

    /// Ends the scan. The error's place is the start of the token.
    mutating func fail(_ reason: String) -> Token {
        if failure == nil { failure = reason }
        return token(.failure)
    }

    /// The character at `offset`, which moves past it; nil at the end. The bytes come from a `String`, so
    /// they are well-formed UTF-8.
    mutating func takeScalar() -> Unicode.Scalar? {
        guard offset < bytes.count else { return nil }
        let length = scalarLength(bytes[offset])
        let scalar = String(decoding: bytes[offset..<min(offset + length, bytes.count)], as: UTF8.self).unicodeScalars
            .first
        offset += length
        return scalar
    }

    private func scalarLength(_ lead: UInt8) -> Int { lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4 }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// White space, and comments from `#` to the end of the line.
    private mutating func skipBlank() {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): offset += 1
            case UInt8(ascii: "#") where !isInDurationExpression:
                while let inside = peek(), inside != UInt8(ascii: "\n"), inside != UInt8(ascii: "\r") { offset += 1 }
            default: return
            }
        }
    }
}

func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

func isLetter(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
}
