/// Text from alerts brought onto one line of bounded length: labels and annotations may hold anything.
enum PlainLine {
    /// Control characters and line breaks become single spaces; what is cut ends in `…`.
    static func make(_ text: String, charactersMax: Int) -> String {
        var line = ""
        var count = 0
        for character in text {
            let isSpace = character.isWhitespace || character.isNewline || isControl(character)
            if isSpace, line.isEmpty || line.hasSuffix(" ") { continue }
            if count == charactersMax {
                line.removeLast()
                return line + "…"
            }
            line.append(isSpace ? " " : character)
            count += 1
        }
        if line.hasSuffix(" ") { line.removeLast() }
        return line
    }

    /// Keeps line breaks, drops other control characters, cuts with `…`.
    static func paragraph(_ text: String, charactersMax: Int) -> String {
        var kept = ""
        var count = 0
        for character in text where character.isNewline || character == "\t" || !isControl(character) {
            if count == charactersMax { return kept + "…" }
            kept.append(character.isNewline ? "\n" : character)
            count += 1
        }
        while kept.hasSuffix("\n") || kept.hasSuffix(" ") { kept.removeLast() }
        return kept
    }

    /// Line breaks are controls too; bidirectional overrides and zero-width formats could dress one text as another.
    private static func isControl(_ character: Character) -> Bool {
        character.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            case .format: scalar.value != 0x200d
            default: false
            }
        }
    }
}
