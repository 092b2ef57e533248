extension LuceneParser {
    /// Without backslashes. With `keepingWildcards`, as a pattern of `ValueTest.wildcard`: escaped wildcards and
    /// backslashes stay escaped.
    func unescaped(_ range: Range<Int>, keepingWildcards: Bool = false) throws(LogQueryError) -> String {
        var view = String.UnicodeScalarView()
        var index = range.lowerBound
        while index < range.upperBound {
            var character = lexer.text.characters[index]
            index += 1
            guard character == "\\", index < range.upperBound else {
                view.append(character)
                continue
            }
            character = lexer.text.characters[index]
            index += 1
            if character == "u" {
                let digits = lexer.text.text(index..<min(index + 4, range.upperBound))
                guard digits.utf8.count == 4, let value = UInt32(digits, radix: 16),
                    let scalar = Unicode.Scalar(value)
                else {
                    throw lexer.text.error(
                        "expected four hexadecimal digits after \"\\u\"; write \\\\u for a backslash before a u",
                        at: index - 2)
                }
                character = scalar
                index += 4
            }
            if keepingWildcards, character == "*" || character == "?" || character == "\\" { view.append("\\") }
            view.append(character)
        }
        return String(view)
    }
}
