extension Lexer {
    /// A string in single or double quotes; escapes are checked here and undone by `unquoted(_:)`.
    mutating func quotedString() -> Token {
        let quote = bytes[offset]
        offset += 1
        while true {
            guard let byte = peek(), byte != UInt8(ascii: "\n") else { return fail("unterminated quoted string") }
            switch byte {
            case quote: return take(1, .string)
            case UInt8(ascii: "\\"):
                offset += 1
                if let reason = skipEscape(quote) { return fail(reason) }
            default:
                if isReplacementCharacter() { return fail("invalid UTF-8 rune") }
                offset += 1
            }
        }
    }

    mutating func rawString() -> Token {
        offset += 1
        while let byte = peek() {
            if byte == UInt8(ascii: "`") { return take(1, .string) }
            if isReplacementCharacter() { return fail("invalid UTF-8 rune") }
            offset += 1
        }
        return fail("unterminated raw string")
    }

    /// U+FFFD is what undecodable bytes became on their way in; Prometheus refuses it in either form.
    private func isReplacementCharacter() -> Bool {
        bytes[offset] == 0xef && peek(1) == 0xbf && peek(2) == 0xbd
    }

    /// Moves past one of Go's escapes, the backslash already read; returns what is wrong with it.
    private mutating func skipEscape(_ quote: UInt8) -> String? {
        guard let byte = peek() else { return "escape sequence not terminated" }
        switch byte {
        case quote, UInt8(ascii: "\\"), UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "v"):
            offset += 1
            return nil
        case UInt8(ascii: "0")...UInt8(ascii: "7"): return skipCode(digits: 3, radix: 8, max: 255)
        case UInt8(ascii: "x"):
            offset += 1
            return skipCode(digits: 2, radix: 16, max: 255)
        case UInt8(ascii: "u"):
            offset += 1
            return skipCode(digits: 4, radix: 16, max: 0x10ffff)
        case UInt8(ascii: "U"):
            offset += 1
            return skipCode(digits: 8, radix: 16, max: 0x10ffff)
        default: return "unknown escape sequence \(codePoint(takeScalar()))"
        }
    }

    private mutating func skipCode(digits: Int, radix: UInt32, max: UInt32) -> String? {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = peek() else { return "escape sequence not terminated" }
            guard let digit = digitValue(byte), digit < radix else {
                return "illegal character \(codePoint(takeScalar())) in escape sequence"
            }
            value = value &* radix &+ digit
            offset += 1
        }
        let isSurrogate = value >= 0xd800 && value < 0xe000
        return value > max || isSurrogate ? "escape sequence is an invalid Unicode code point" : nil
    }

    /// `U+0071 'q'`, as Go's `%#U` writes a character.
    private func codePoint(_ scalar: Unicode.Scalar?) -> String {
        guard let scalar else { return "U+FFFD" }
        return "U+\(hexadecimal(scalar.value, digits: 4).uppercased()) '\(scalar)'"
    }
}

func digitValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
}
