/// `text` in double quotes as Go's `%q` writes it, the form of names and strings in error messages and in
/// printed expressions.
func quotedText(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        if scalar == "\"" { result += "\\\"" } else { appendEscaped(scalar, to: &result) }
    }
    return result + "\""
}

/// One character in single quotes, as Go's `%q` writes a rune; the end of the text shows as U+FFFD.
func quotedCharacter(_ scalar: Unicode.Scalar?) -> String {
    guard let scalar else { return "'\u{fffd}'" }
    var result = "'"
    if scalar == "'" { result += "\\'" } else { appendEscaped(scalar, to: &result) }
    return result + "'"
}

private func appendEscaped(_ scalar: Unicode.Scalar, to result: inout String) {
    switch scalar {
    case "\\": result += "\\\\"
    case "\u{07}": result += "\\a"
    case "\u{08}": result += "\\b"
    case "\u{0c}": result += "\\f"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case "\u{0b}": result += "\\v"
    case _ where scalar.value < 0x20 || scalar.value == 0x7f: result += "\\x" + hexadecimal(scalar.value, digits: 2)
    case _ where StrayByte.byte(scalar) != nil:
        result += "\\x" + hexadecimal(UInt32(StrayByte.byte(scalar) ?? 0), digits: 2)
    case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
    case _ where scalar.value < 0x10000: result += "\\u" + hexadecimal(scalar.value, digits: 4)
    default: result += "\\U" + hexadecimal(scalar.value, digits: 8)
    }
}

/// Go's notion: letters, marks, numbers, punctuation, symbols and the ASCII space.
private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return true }
    return switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
        .spaceSeparator:
        false
    default: true
    }
}

func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
