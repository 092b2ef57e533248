extension Lexer {
    mutating func numberOrDuration() -> Token {
        if scanNumber() { return token(.number) }
        if scanRestOfDuration() { return token(.duration) }
        return fail("bad number or duration syntax: \(quotedText(text(start..<offset)))")
    }

    /// Reads `[.]digits[.digits][e±digits]` or `0x…`, underscores between digits. What it accepts need not be
    /// a number yet; that is for the parser. False leaves `offset` at the first byte that does not fit.
    private mutating func scanNumber() -> Bool {
        if peek() == UInt8(ascii: "0"), let x = peek(1), x | 0x20 == UInt8(ascii: "x") { return scanHexadecimal() }
        var hasDot = false
        var hasExponent = false
        if peek() == UInt8(ascii: ".") {
            hasDot = true
            offset += 1
        }
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): offset += 1
            case UInt8(ascii: "."):
                offset += 1
                if hasDot { return false }
                hasDot = true
                if accept(where: { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") }) { return false }
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                offset += 1
                if hasExponent { return false }
                hasExponent = true
                _ = accept { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
                if accept(where: isSeparator) || peek() == nil { return false }
            case UInt8(ascii: "_"):
                offset += 1
                if accept(where: isSeparator) || peek() == nil { return false }
            default: return !isLetter(byte)
            }
        }
        return true
    }

    private mutating func scanHexadecimal() -> Bool {
        offset += 2
        var isAfterUnderscore = false
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"):
                isAfterUnderscore = false
            case UInt8(ascii: "_"):
                if isAfterUnderscore { return false }
                isAfterUnderscore = true
            case UInt8(ascii: "."): return false
            default: return !isLetter(byte) && !isAfterUnderscore
            }
            offset += 1
        }
        return !isAfterUnderscore
    }

    /// The unit behind the digits already read, then further digits and units. Their order and whether such
    /// a unit exists (`hs`) is for the parser.
    private mutating func scanRestOfDuration() -> Bool {
        guard accept(where: { isUnit($0) || $0 == UInt8(ascii: "y") }) else { return false }
        _ = accept { $0 == UInt8(ascii: "s") }
        while accept(where: isDigit) {
            while accept(where: isDigit) {}
            guard accept(where: isUnit) else { return false }
            _ = accept { $0 == UInt8(ascii: "s") }
        }
        guard let byte = peek(), isLetter(byte) || isDigit(byte) else { return true }
        offset += 1
        return false
    }

    private mutating func accept(where isWanted: (UInt8) -> Bool) -> Bool {
        guard let byte = peek(), isWanted(byte) else { return false }
        offset += 1
        return true
    }
}

/// Units below a year, which can only come first, by their first letter.
private func isUnit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "s"), UInt8(ascii: "m"), UInt8(ascii: "h"), UInt8(ascii: "d"), UInt8(ascii: "w"): true
    default: false
    }
}

/// What may follow neither an underscore nor an exponent.
private func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte | 0x20 == UInt8(ascii: "e")
}
