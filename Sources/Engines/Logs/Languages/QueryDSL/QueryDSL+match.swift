internal import SignalModel

extension QueryDSL {
    mutating func match(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        let (field, parameters) = try body.field("query")
        try parameters.expect([
            "query", "operator", "fuzziness", "prefix_length", "max_expansions", "minimum_should_match", "analyzer",
            "auto_generate_synonyms_phrase_query", "fuzzy_transpositions", "fuzzy_rewrite", "lenient",
            "zero_terms_query", "cutoff_frequency",
        ])
        try clauses.add()
        return try match([field], parameters)
    }

    /// Words of a text, in any order, in one of the fields.
    private mutating func match(
        _ fields: [FieldSelector], _ parameters: QueryParameters
    ) throws(LogQueryError) -> LogFilter {
        let value = try parameters.constant("query")
        let joinsByAnd = try parameters.text("operator")?.lowercased() == "and"
        guard case .string(let text) = value else {
            return try each(fields) { field throws(LogQueryError) in
                field.isTimestamp ? try constants.equality(field, value.text, .anyWord) : .match(value, .anyWord)
            }
        }
        if let fuzziness = try parameters.text("fuzziness") {
            let prefix = try parameters.integer("prefix_length") ?? 0
            var filters: [LogFilter] = []
            for word in Self.words(text) {
                try clauses.add(fields.count)
                let edits = try Self.edits(fuzziness, word)
                filters.append(
                    .some(
                        of: fields,
                        edits == 0
                            ? .match(.string(word), .anyWord)
                            : .fuzzy(word, edits: edits, prefixCount: max(0, prefix))))
            }
            return joinsByAnd ? .every(filters) : .some(filters)
        }
        if let minimum = try parameters.text("minimum_should_match"), !joinsByAnd {
            let words = Self.words(text)
            let least = try MinimumMatch.count(minimum, of: words.count)
            try clauses.add(words.count * fields.count)
            if words.count > 1, least > 1 {
                return .some(
                    fields.map { field in
                        .atLeast(least, words.map { .test(field, .match(.string($0), .anyWord)) })
                    })
            }
        }
        return try each(fields) { field throws(LogQueryError) in
            try constants.equality(field, text, joinsByAnd ? .allWords : .anyWord)
        }
    }

    mutating func matchPhrase(_ body: QueryBody, _ mode: ValueTest.MatchMode) throws(LogQueryError) -> LogFilter {
        let (field, parameters) = try body.field("query")
        try parameters.expect(["query", "slop", "analyzer", "zero_terms_query", "max_expansions"])
        try clauses.add()
        return try matchPhrase([field], parameters, mode)
    }

    private func matchPhrase(
        _ fields: [FieldSelector], _ parameters: QueryParameters, _ mode: ValueTest.MatchMode
    ) throws(LogQueryError) -> LogFilter {
        let value = try parameters.constant("query")
        var mode = mode
        if let slop = try parameters.integer("slop"), slop > 0, mode == .phrase(slop: 0) {
            mode = .phrase(slop: slop)
        }
        return try each(fields) { field throws(LogQueryError) in
            if case .string(let text) = value { return try constants.equality(field, text, mode) }
            return field.isTimestamp ? try constants.equality(field, value.text, mode) : .match(value, mode)
        }
    }

    /// All words but the last one, which may go on.
    mutating func matchBoolPrefix(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        let (field, parameters) = try body.field("query")
        let joinsByAnd = try parameters.text("operator")?.lowercased() == "and"
        var words = Self.words(try parameters.requiredText("query"))
        try clauses.add(max(1, words.count))
        guard let last = words.popLast() else { return .nothing }
        let filters =
            words.map { LogFilter.test(field, .match(.string($0), .anyWord)) }
            + [.test(field, .prefix(last, ignoresCase: false))]
        return joinsByAnd ? .every(filters) : .some(filters)
    }

    mutating func multiMatch(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        let parameters = QueryParameters(query: body.name, object: try body.object())
        let fields = try Self.fields(parameters) ?? [.any]
        try clauses.add(fields.count)
        switch try parameters.text("type") ?? "best_fields" {
        case "phrase": return try matchPhrase(fields, parameters, .phrase(slop: 0))
        case "phrase_prefix": return try matchPhrase(fields, parameters, .phrasePrefix)
        case "bool_prefix":
            var words = Self.words(try parameters.requiredText("query"))
            guard let last = words.popLast() else { return .nothing }
            return .some(
                words.map { .some(of: fields, .match(.string($0), .anyWord)) }
                    + [.some(of: fields, .prefix(last, ignoresCase: false))])
        case "cross_fields" where try parameters.text("operator")?.lowercased() == "and":
            let words = Self.words(try parameters.requiredText("query"))
            try clauses.add(words.count * fields.count)
            return .every(words.map { .some(of: fields, .match(.string($0), .anyWord)) })
        case "best_fields", "most_fields", "cross_fields": return try match(fields, parameters)
        case let type: throw LogQueryError(.malformed, "failed to parse [multi_match] query type [\(type)]")
        }
    }

    /// The fields of a query over several, without their weights.
    static func fields(_ parameters: QueryParameters) throws(LogQueryError) -> [FieldSelector]? {
        let elements: [DocumentValue]
        switch parameters.object["fields"] {
        case .array(let array): elements = array
        case .string(let name): elements = [.string(name)]
        default: return nil
        }
        guard !elements.isEmpty else { return nil }
        var fields: [FieldSelector] = []
        for element in elements {
            guard case .string(let name) = element else {
                throw LogQueryError(.malformed, "[\(parameters.query)] names of fields are texts")
            }
            fields.append(FieldSelector(name: String(name.split(separator: "^").first ?? "")))
        }
        return fields
    }

    /// Each field's test, one of which must hold.
    func each(
        _ fields: [FieldSelector], _ test: (FieldSelector) throws(LogQueryError) -> ValueTest
    ) throws(LogQueryError) -> LogFilter {
        var filters: [LogFilter] = []
        for field in fields { filters.append(.test(field, try test(field))) }
        return .some(filters)
    }

    /// The words of a text: runs of letters, digits and `_`.
    static func words(_ text: String) -> [String] {
        text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
    }
}
