extension LuceneParser {
    /// `[a TO b]`, `{a TO b}` or one of each; `*` for no end.
    mutating func range(_ fields: [FieldSelector]) throws(LogQueryError) -> LogFilter {
        let opening = try take()
        try clauseCount.add(fields.count)
        let includesLower = lexer.text.characters[opening.start] == "["
        lexer.text.offset = opening.range.upperBound
        let lower = try rangeEnd(opening)
        skipBlanks()
        if lexer.text.has("TO"), LuceneLexer.isBlank(lexer.text.peek(2)) { lexer.text.offset += 2 }
        let upper = try rangeEnd(opening)
        skipBlanks()
        let closing = lexer.text.peek()
        guard closing == "]" || closing == "}" else {
            throw lexer.text.error(
                "expected \"]\" or \"}\" behind the range's upper end but found \(lexer.text.found)")
        }
        lexer.text.offset += 1
        _ = try takeBoostAfterRange()
        return try each(fields, opening) { field throws(LogQueryError) in
            .range(
                lower: try lower.map { text throws(LogQueryError) in
                    try constants.bound(field, text, isInclusive: includesLower, isLower: true)
                },
                upper: try upper.map { text throws(LogQueryError) in
                    try constants.bound(field, text, isInclusive: closing == "]", isLower: false)
                })
        }
    }

    private mutating func takeBoostAfterRange() throws(LogQueryError) -> Bool {
        try skipBoost()
        return true
    }

    private mutating func skipBlanks() {
        while LuceneLexer.isBlank(lexer.text.peek()) { lexer.text.offset += 1 }
    }

    /// Nil for `*`.
    private mutating func rangeEnd(_ opening: LuceneToken) throws(LogQueryError) -> String? {
        skipBlanks()
        let start = lexer.text.offset
        if lexer.text.take("\"") {
            while let character = lexer.text.peek(), character != "\"" {
                lexer.text.offset += character == "\\" ? 2 : 1
            }
            let end = lexer.text.offset
            guard lexer.text.take("\"") else {
                throw lexer.text.error("expected a closing \"\\\"\" for the quote opened here", at: start)
            }
            return try unescaped(start + 1..<end)
        }
        while let character = lexer.text.peek(), !LuceneLexer.isBlank(character), character != "]", character != "}" {
            lexer.text.offset += 1
        }
        guard lexer.text.offset > start else {
            throw lexer.text.error(
                "expected an end of the range but found \(lexer.text.found); ranges are written [1 TO 5], {1 TO 5} or "
                    + "[1 TO *]")
        }
        let text = try unescaped(start..<lexer.text.offset)
        return text == "*" ? nil : text
    }
}
