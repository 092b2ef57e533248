extension StringLiteral {
    /// The value of a string token, quotes included, whose escapes the lexer has checked. Octal and `\x`
    /// escapes are bytes and may build a character together; bytes that build none become U+FFFD.
    static func unquoted(_ token: ArraySlice<UInt8>) -> String {
        guard let quote = token.first, token.count >= 2 else { return "" }
        let content = token.dropFirst().dropLast()
        if quote == UInt8(ascii: "`") || !content.contains(UInt8(ascii: "\\")) {
            return String(decoding: content, as: UTF8.self)
        }
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        var cursor = content.startIndex
        while cursor < content.endIndex {
            let byte = content[cursor]
            cursor += 1
            if byte == UInt8(ascii: "\\"), cursor < content.endIndex {
                appendEscape(content, at: &cursor, to: &result)
            } else {
                result.append(byte)
            }
        }
        return StrayByte.text(decoding: result)
    }

    private static func appendEscape(_ content: ArraySlice<UInt8>, at cursor: inout Int, to result: inout [UInt8]) {
        let byte = content[cursor]
        cursor += 1
        switch byte {
        case UInt8(ascii: "a"): result.append(0x07)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0c)
        case UInt8(ascii: "n"): result.append(0x0a)
        case UInt8(ascii: "r"): result.append(0x0d)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "v"): result.append(0x0b)
        case UInt8(ascii: "x"): result.append(UInt8(truncatingIfNeeded: code(content, at: &cursor, 2, 16)))
        case UInt8(ascii: "u"): append(code(content, at: &cursor, 4, 16), to: &result)
        case UInt8(ascii: "U"): append(code(content, at: &cursor, 8, 16), to: &result)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            cursor -= 1
            result.append(UInt8(truncatingIfNeeded: code(content, at: &cursor, 3, 8)))
        default: result.append(byte)
        }
    }

    private static func code(_ content: ArraySlice<UInt8>, at cursor: inout Int, _ digits: Int, _ radix: UInt32)
        -> UInt32
    {
        var value: UInt32 = 0
        for _ in 0..<digits where cursor < content.endIndex {
            value = value &* radix &+ (digitValue(content[cursor]) ?? 0)
            cursor += 1
        }
        return value
    }

    private static func append(_ code: UInt32, to result: inout [UInt8]) {
        guard let scalar = Unicode.Scalar(code) else { return }
        result.append(contentsOf: String(scalar).utf8)
    }
}
