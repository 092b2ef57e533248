extension Lexer {
    /// Inside `[…]` until the first length of time, and again behind its colon and operators.
    mutating func insideDurationExpression() -> Token {
        guard let byte = peek() else { return fail("unexpected end of input in duration expression") }
        switch byte {
        case UInt8(ascii: "]"):
            isInDurationExpression = false
            isBracketOpen = false
            hasColon = false
            return take(1, .rightBracket)
        case UInt8(ascii: ":"): return colonInDurationExpression()
        case UInt8(ascii: "("): return openParenthesis()
        case UInt8(ascii: ")"): return closeParenthesis()
        case UInt8(ascii: "+"): return take(1, .operation(.add))
        case UInt8(ascii: "-"): return take(1, .operation(.subtract))
        case UInt8(ascii: "*"): return take(1, .operation(.multiply))
        case UInt8(ascii: "/"): return take(1, .operation(.divide))
        case UInt8(ascii: "%"): return take(1, .operation(.modulo))
        case UInt8(ascii: "^"): return take(1, .operation(.power))
        case UInt8(ascii: ","): return take(1, .comma)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return lengthInDurationExpression()
        case UInt8(ascii: ".") where peek(1).map(isDigit) == true: return lengthInDurationExpression()
        default:
            if let token = durationWord() { return token }
            offset = start
            return fail("unexpected character in duration expression: \(quotedCharacter(takeScalar()))")
        }
    }

    private mutating func colonInDurationExpression() -> Token {
        offset += 1
        let colon = token(.colon)
        start = offset
        if !hasDuration { return fail("unexpected colon before duration in duration expression") }
        if hasColon { return fail("unexpected repeated colon in duration expression") }
        hasColon = true
        return colon
    }

    /// A number or duration leaves the state, as in Prometheus: what follows is cut by the outer rules.
    private mutating func lengthInDurationExpression() -> Token {
        hasDuration = true
        isInDurationExpression = false
        return numberOrDuration()
    }

    /// The outer rules behind a length of time: a colon, or one of the words of duration arithmetic.
    mutating func wordInsideBracket() -> Token {
        if peek() == UInt8(ascii: ":") {
            if hasColon { return fail("unexpected colon ':'") }
            hasColon = true
            return take(1, .colon)
        }
        if let token = durationWord() { return token }
        offset = start
        return fail("unexpected character: \(quotedCharacter(takeScalar())), expected ':'")
    }

    /// `step`, `range`, `min_of`, `max_of`, and the `min` and `max` of releases before 3.14.
    private mutating func durationWord() -> Token? {
        while let byte = peek(), isLetter(byte) { offset += 1 }
        let kind: Token.Kind? =
            switch text(start..<offset).lowercased() {
            case "step": .preprocessor(.step)
            case "range": .preprocessor(.range)
            case "min", "min_of": .aggregation(.min)
            case "max", "max_of": .aggregation(.max)
            default: nil
            }
        guard let kind else { return nil }
        hasDuration = true
        return token(kind)
    }
}
