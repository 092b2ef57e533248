extension Lexer {
    /// A name or a keyword. A name with a colon can only be a metric's.
    mutating func word() -> Token {
        var hasColon = false
        while let byte = peek() {
            if byte == UInt8(ascii: ":") {
                hasColon = true
            } else if !isLetter(byte) && !isDigit(byte) {
                break
            }
            offset += 1
        }
        if let kind = wordKind(start..<offset) {
            // `fill` came late to the language: it stays a metric's name unless a list follows.
            switch kind {
            case .keyword(.fill), .keyword(.fillLeft), .keyword(.fillRight):
                return token(isFollowedByParenthesis() ? kind : .identifier)
            default: return token(kind)
            }
        }
        return token(hasColon ? .metricIdentifier : .identifier)
    }

    func wordKind(_ range: Range<Int>) -> Token.Kind? {
        guard range.count <= Token.Kind.wordBytesMax else { return nil }
        return Token.Kind.word(text(range).lowercased())
    }

    private func isFollowedByParenthesis() -> Bool {
        var cursor = offset
        while cursor < bytes.count {
            switch bytes[cursor] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): cursor += 1
            default: return bytes[cursor] == UInt8(ascii: "(")
            }
        }
        return false
    }

    /// Inside `{…}` keywords are ordinary label names.
    mutating func insideBraces() -> Token {
        guard let byte = peek() else { return fail("unexpected end of input inside braces") }
        switch byte {
        case UInt8(ascii: ","): return take(1, .comma)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return quotedString()
        case UInt8(ascii: "`"): return rawString()
        case UInt8(ascii: "="): return peek(1) == UInt8(ascii: "~") ? take(2, .equalRegex) : take(1, .equal)
        case UInt8(ascii: "!"):
            if peek(1) == UInt8(ascii: "~") { return take(2, .notEqualRegex) }
            if peek(1) == UInt8(ascii: "=") { return take(2, .operation(.notEqual)) }
            offset += 1
            return fail("unexpected character after '!' inside braces: \(quotedCharacter(takeScalar()))")
        case UInt8(ascii: "{"): return fail("unexpected left brace '{'")
        case UInt8(ascii: "}"):
            isBraceOpen = false
            return take(1, .rightBrace)
        default:
            guard isLetter(byte) else {
                return fail("unexpected character inside braces: \(quotedCharacter(takeScalar()))")
            }
            while let byte = peek(), isLetter(byte) || isDigit(byte) { offset += 1 }
            return token(.identifier)
        }
    }
}
