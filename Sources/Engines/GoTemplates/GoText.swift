/// Text as Go quotes, unquotes and escapes it.
package enum GoText {
    /// The inside of a Go string or character literal with its escapes resolved; nil when one is malformed.
    static func unquoted(_ inside: ArraySlice<UInt8>) -> String? {
        var result: [UInt8] = []
        var rest = inside
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            guard let escape = rest.popFirst(), appendEscape(escape, &rest, to: &result) else { return nil }
        }
        return String(validating: result, as: UTF8.self)
    }

    private static func appendEscape(_ escape: UInt8, _ rest: inout ArraySlice<UInt8>, to result: inout [UInt8])
        -> Bool
    {
        switch Unicode.Scalar(escape) {
        case "a": result.append(7)
        case "b": result.append(8)
        case "f": result.append(12)
        case "n": result.append(10)
        case "r": result.append(13)
        case "t": result.append(9)
        case "v": result.append(11)
        case "\\", "\"", "'": result.append(escape)
        case "x":
            guard let value = number(&rest, digits: 2, radix: 16) else { return false }
            result.append(UInt8(truncatingIfNeeded: value))
        case "u", "U":
            guard let value = number(&rest, digits: escape == UInt8(ascii: "u") ? 4 : 8, radix: 16),
                let scalar = Unicode.Scalar(value)
            else { return false }
            result.append(contentsOf: Array(String(Character(scalar)).utf8))
        case "0"..."7":
            rest = ArraySlice([escape]) + rest
            guard let value = number(&rest, digits: 3, radix: 8), value < 256 else { return false }
            result.append(UInt8(value))
        default: return false
        }
        return true
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, digits: Int, radix: Int) -> UInt32? {
        let text = rest.prefix(digits)
        guard text.count == digits else { return nil }
        rest = rest.dropFirst(digits)
        return UInt32(String(decoding: text, as: UTF8.self), radix: radix)
    }

    /// `%q` of a string.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { result += "\\\"" } else { appendEscaped(scalar, to: &result) }
        }
        return result + "\""
    }

    /// `%q` of a character; the end of the text shows as U+FFFD.
    static func quotedCharacter(_ scalar: Unicode.Scalar?) -> String {
        guard let scalar else { return "'\u{fffd}'" }
        var result = "'"
        if scalar == "'" { result += "\\'" } else { appendEscaped(scalar, to: &result) }
        return result + "'"
    }

    private static func appendEscaped(_ scalar: Unicode.Scalar, to result: inout String) {
        switch scalar {
        case "\\": result += "\\\\"
        case "\u{07}": result += "\\a"
        case "\u{08}": result += "\\b"
        case "\u{0c}": result += "\\f"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case "\u{0b}": result += "\\v"
        case _ where scalar.value < 0x20 || scalar.value == 0x7f:
            result += "\\x" + hexadecimal(UInt64(scalar.value), digits: 2)
        default: result.unicodeScalars.append(scalar)
        }
    }

    static func hexadecimal(_ value: UInt64, digits: Int, uppercase: Bool = false) -> String {
        let text = String(value, radix: 16, uppercase: uppercase)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// `html/template.HTMLEscapeString`.
    static func htmlEscaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\0": result += "\u{fffd}"
            case "\"": result += "&#34;"
            case "'": result += "&#39;"
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// `text/template.JSEscapeString`.
    static func scriptEscaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "'": result += "\\'"
            case "\"": result += "\\\""
            case "<", ">", "&", "=": result += "\\u" + hexadecimal(UInt64(scalar.value), digits: 4, uppercase: true)
            case _ where scalar.value < 0x20:
                result += "\\u" + hexadecimal(UInt64(scalar.value), digits: 4, uppercase: true)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// `url.QueryEscape`.
    package static func queryEscaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch Unicode.Scalar(byte) {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "~":
                result.unicodeScalars.append(Unicode.Scalar(byte))
            case " ": result += "+"
            default: result += "%" + hexadecimal(UInt64(byte), digits: 2, uppercase: true)
            }
        }
        return result
    }
}
