/// Java's regular expressions in PCRE2's syntax: the two differ in the names of classes alone, as far as anybody
/// uses them.
enum JavaPattern {
    private static let classes: [String: String] = [
        "Lower": "a-z", "Upper": "A-Z", "ASCII": "\\x00-\\x7f", "Alpha": "a-zA-Z", "Digit": "0-9",
        "Alnum": "a-zA-Z0-9", "Punct": "!-\\/:-@\\[-`{-~", "Graph": "!-~", "Print": " -~", "Blank": " \\t",
        "Cntrl": "\\x00-\\x1f\\x7f", "XDigit": "0-9a-fA-F", "Space": "\\s", "IsAlphabetic": "\\p{L}",
        "IsDigit": "\\p{Nd}", "IsLetter": "\\p{L}", "IsPunctuation": "\\p{P}", "IsWhite_Space": "\\s",
        "javaLowerCase": "\\p{Ll}", "javaUpperCase": "\\p{Lu}", "javaWhitespace": "\\s",
    ]

    static func translated(_ pattern: String) -> String {
        var result = ""
        var rest = pattern[...]
        var inClass = false
        while let character = rest.popFirst() {
            guard character == "\\" else {
                if character == "[" { inClass = true }
                if character == "]" { inClass = false }
                result.append(character)
                continue
            }
            guard let letter = rest.popFirst() else {
                result.append("\\")
                break
            }
            if letter == "p" || letter == "P", rest.first == "{", let end = rest.firstIndex(of: "}"),
                let members = classes[String(rest[rest.index(after: rest.startIndex)..<end])]
            {
                rest = rest[rest.index(after: end)...]
                result += inClass && letter == "p" ? members : (letter == "p" ? "[\(members)]" : "[^\(members)]")
            } else if letter == "u", rest.prefix(4).count == 4, rest.prefix(4).allSatisfy(\.isHexDigit) {
                result += "\\x{\(rest.prefix(4))}"
                rest = rest.dropFirst(4)
            } else {
                result.append("\\")
                result.append(letter)
            }
        }
        return result
    }
}
