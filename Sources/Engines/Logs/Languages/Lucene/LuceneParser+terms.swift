extension LuceneParser {
    /// One word, phrase, wildcard, expression or range, with what follows it.
    mutating func term(_ fields: [FieldSelector]) throws(LogQueryError) -> LogFilter {
        let token = try peek()
        switch token.kind {
        case .openRange: return try range(fields)
        case .term, .bareOperator, .star, .prefix, .wildcard, .expression, .quoted: try take()
        default: throw unexpected(token)
        }
        let fuzziness = try takeFuzzinessAndBoost()
        switch token.kind {
        case .term:
            guard let fuzziness else { return try word(token, fields) }
            return try fuzzy(token, fuzziness, fields)
        case .bareOperator: return try word(LuceneToken(kind: .term, range: token.range, start: token.start), fields)
        case .star, .prefix, .wildcard: return try pattern(token, fields)
        case .expression: return try expression(token, fields)
        default: return try phrase(token, fuzziness, fields)
        }
    }

    /// A word, or words side by side.
    mutating func word(_ token: LuceneToken, _ fields: [FieldSelector]) throws(LogQueryError) -> LogFilter {
        try clauseCount.add(fields.count)
        let text = try unescaped(token.range)
        if fields == [.named("_exists_")] { return .test(FieldSelector(name: text), .exists) }
        if let first = lexer.text.characters[token.range].first, first == "<" || first == ">", token.range.count > 1 {
            return try comparison(token, text, fields)
        }
        return try each(fields, token) { field throws(LogQueryError) in
            try constants.equality(field, text, options.joinsByAnd ? .allWords : .anyWord)
        }
    }

    /// `>5`, `>=5`, `<5`, `<=5`.
    private func comparison(
        _ token: LuceneToken, _ text: String, _ fields: [FieldSelector]
    ) throws(LogQueryError) -> LogFilter {
        let isLower = text.hasPrefix(">")
        let isInclusive = text.dropFirst().hasPrefix("=")
        let value = String(text.dropFirst(isInclusive ? 2 : 1))
        guard !value.isEmpty else {
            throw lexer.text.error("expected a value right behind \"\(text)\", without a blank", at: token.start)
        }
        return try each(fields, token) { field throws(LogQueryError) in
            let bound = try constants.bound(field, value, isInclusive: isInclusive, isLower: isLower)
            return .range(lower: isLower ? bound : nil, upper: isLower ? nil : bound)
        }
    }

    private mutating func phrase(
        _ token: LuceneToken, _ slop: LuceneToken?, _ fields: [FieldSelector]
    ) throws(LogQueryError) -> LogFilter {
        try clauseCount.add(fields.count)
        let text = try unescaped(token.range)
        if fields == [.named("_exists_")] { return .test(FieldSelector(name: text), .exists) }
        let moves = slop.flatMap { Double(lexer.text.text($0.range)) }.map { Int(min(max($0, 0), 1000)) }
        return try each(fields, token) { field throws(LogQueryError) in
            try constants.equality(field, text, .phrase(slop: moves ?? options.phraseSlop))
        }
    }

    /// `~` alone allows more edits the longer the word is; `~1` and `~2` say how many; `~0.7` how similar.
    private mutating func fuzzy(
        _ token: LuceneToken, _ fuzziness: LuceneToken, _ fields: [FieldSelector]
    ) throws(LogQueryError) -> LogFilter {
        try clauseCount.add(fields.count)
        let text = try unescaped(token.range)
        let written = lexer.text.text(fuzziness.range)
        let edits: Int
        if written.isEmpty {
            edits = Fuzziness.automatic(text)
        } else {
            guard let number = Double(written) else {
                throw lexer.text.error("expected a number of edits behind \"~\", as in ~1", at: fuzziness.start)
            }
            edits = Fuzziness.edits(number, text)
        }
        if edits == 0 { return .some(of: fields, .match(.string(text), .anyWord)) }
        return .some(of: fields, .fuzzy(text, edits: edits, prefixCount: options.fuzzyPrefixCount))
    }

    private mutating func pattern(_ token: LuceneToken, _ fields: [FieldSelector]) throws(LogQueryError) -> LogFilter
    {
        try clauseCount.add(fields.count)
        if token.kind == .star {
            return .some(fields.map { $0 == .any ? .all : .test($0, .exists) })
        }
        if !options.allowsLeadingWildcard, let first = lexer.text.characters[token.range].first,
            first == "*" || first == "?"
        {
            throw lexer.text.error("'*' or '?' not allowed as first character in WildcardQuery", at: token.start)
        }
        if fields == [.named("_exists_")] { return .test(FieldSelector(name: try unescaped(token.range)), .exists) }
        if token.kind == .prefix {
            let text = try unescaped(token.range.lowerBound..<token.range.upperBound - 1)
            return .some(of: fields, .prefix(text, ignoresCase: false))
        }
        return .some(of: fields, .wildcard(try unescaped(token.range, keepingWildcards: true), ignoresCase: false))
    }

    private mutating func expression(
        _ token: LuceneToken, _ fields: [FieldSelector]
    ) throws(LogQueryError) -> LogFilter {
        try clauseCount.add(fields.count)
        var source = ""
        var range = token.range
        // Within slashes, only an escaped slash is not the expression's own.
        while let index = range.popFirst() {
            let character = lexer.text.characters[index]
            if character == "\\", let next = range.first, lexer.text.characters[next] == "/" { continue }
            source.unicodeScalars.append(character)
            if character == "\\", let next = range.popFirst() {
                source.unicodeScalars.append(lexer.text.characters[next])
            }
        }
        do {
            return .some(of: fields, .expression(try LuceneExpression.translated(source), ignoresCase: false))
        } catch {
            throw LogQueryError(error.code, error.message, at: lexer.text.place(token.start))
        }
    }

    private mutating func takeFuzzinessAndBoost() throws(LogQueryError) -> LuceneToken? {
        var fuzziness: LuceneToken?
        if try peek().kind == .fuzziness { fuzziness = try take() }
        try skipBoost()
        if fuzziness == nil, try peek().kind == .fuzziness { fuzziness = try take() }
        return fuzziness
    }

    /// `^2`: weighs scores, of which there are none here.
    mutating func skipBoost() throws(LogQueryError) {
        let caret = try peek()
        guard caret.kind == .caret else { return }
        try take()
        let number = try peek()
        guard number.kind == .term, Double(lexer.text.text(number.range)) != nil else {
            throw lexer.text.error(
                "expected a number behind \"^\"; write \\^ for the character itself", at: caret.start)
        }
        try take()
    }

    func unexpected(_ token: LuceneToken) -> LogQueryError {
        let found = token.kind == .end ? "the end" : "\"\(lexer.text.text(token.range))\""
        return lexer.text.error(
            "expected a term, a phrase, a range or a group but found \(found); operators as plain characters are "
                + "escaped by a backslash or stand in quotes", at: token.start)
    }

    /// The test for each field, one of which must hold; errors get the token's place.
    func each(
        _ fields: [FieldSelector], _ token: LuceneToken, _ test: (FieldSelector) throws(LogQueryError) -> ValueTest
    ) throws(LogQueryError) -> LogFilter {
        var filters: [LogFilter] = []
        for field in fields {
            do { filters.append(.test(field, try test(field))) } catch {
                guard !options.isLenient else { continue }
                throw LogQueryError(error.code, error.message, at: lexer.text.place(token.start))
            }
        }
        return .some(filters)
    }
}
