internal import SignalModel

extension QueryDSL {
    var constants: QueryConstants { QueryConstants(context) }

    mutating func term(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        let (field, parameters) = try body.field("value")
        try parameters.expect(["value", "case_insensitive"])
        try clauses.add()
        let value = try parameters.constant("value")
        if try parameters.flag("case_insensitive") == true {
            return .test(field, .wildcard(Self.pattern(of: value.text), ignoresCase: true))
        }
        return try exact(field, [value])
    }

    mutating func terms(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        let members = try body.object().members.filter { $0.name != "boost" && $0.name != "_name" }
        guard members.count == 1, case .array(let elements) = members[0].value else {
            throw LogQueryError(.malformed, "[terms] query requires one field with an array of terms")
        }
        guard elements.count <= LogQueryLimits.termsMax else {
            throw LogQueryError(
                .tooLarge,
                "the number of terms [\(elements.count)] is over the limit of [\(LogQueryLimits.termsMax)]")
        }
        try clauses.add()
        var values: [QueryValue] = []
        for element in elements { values.append(try QueryParameters.constant(element, "terms")) }
        return values.isEmpty ? .nothing : try exact(FieldSelector(name: members[0].name), values)
    }

    private func exact(_ field: FieldSelector, _ values: [QueryValue]) throws(LogQueryError) -> LogFilter {
        guard field.isTimestamp else { return .test(field, .anyOf(values)) }
        var alternatives: [LogFilter] = []
        for value in values { alternatives.append(.test(field, try constants.equality(field, value.text, .anyWord))) }
        return .some(alternatives)
    }

    mutating func ids(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        guard case .array(let elements) = try body.required("values") else {
            throw LogQueryError(.malformed, "[ids] requires 'values' to be an array")
        }
        guard elements.count <= LogQueryLimits.termsMax else {
            throw LogQueryError(.tooLarge, "more than \(LogQueryLimits.termsMax) ids")
        }
        try clauses.add()
        var values: [QueryValue] = []
        for element in elements { values.append(.string(try QueryParameters.constant(element, "ids").text)) }
        return values.isEmpty ? .nothing : .test(.named("_id"), .anyOf(values))
    }

    mutating func exists(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        try clauses.add()
        let parameters = QueryParameters(query: body.name, object: try body.object())
        try parameters.expect(["field"])
        return .test(FieldSelector(name: try parameters.requiredText("field")), .exists)
    }

    mutating func prefix(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        let (field, parameters) = try body.field("value")
        try parameters.expect(["value", "prefix", "case_insensitive", "rewrite"])
        try clauses.add()
        let text = try parameters.requiredText("value", "prefix")
        return .test(field, .prefix(text, ignoresCase: try parameters.flag("case_insensitive") ?? false))
    }

    mutating func wildcard(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        let (field, parameters) = try body.field("value")
        try parameters.expect(["value", "wildcard", "case_insensitive", "rewrite"])
        try clauses.add()
        let text = try parameters.requiredText("value", "wildcard")
        if !text.isEmpty, text.utf8.allSatisfy({ $0 == UInt8(ascii: "*") }) { return .test(field, .exists) }
        return .test(field, .wildcard(text, ignoresCase: try parameters.flag("case_insensitive") ?? false))
    }

    mutating func regexp(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        let (field, parameters) = try body.field("value")
        try parameters.expect([
            "value", "regexp", "flags", "flags_value", "case_insensitive", "max_determinized_states", "rewrite",
        ])
        try clauses.add()
        let pattern = try LuceneExpression.translated(try parameters.requiredText("value", "regexp"))
        return .test(field, .expression(pattern, ignoresCase: try parameters.flag("case_insensitive") ?? false))
    }

    mutating func fuzzy(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        let (field, parameters) = try body.field("value")
        try parameters.expect([
            "value", "term", "fuzziness", "prefix_length", "max_expansions", "transpositions", "rewrite",
        ])
        try clauses.add()
        let text = try parameters.requiredText("value", "term")
        let edits = try Self.edits(try parameters.text("fuzziness"), text)
        let prefix = try parameters.integer("prefix_length") ?? 0
        return .test(field, .fuzzy(text, edits: edits, prefixCount: max(0, prefix)))
    }

    /// `AUTO`, `AUTO:3,6` or a number.
    static func edits(_ fuzziness: String?, _ word: String) throws(LogQueryError) -> Int {
        guard let fuzziness, fuzziness.uppercased() != "AUTO" else { return Fuzziness.automatic(word) }
        if fuzziness.uppercased().hasPrefix("AUTO:") {
            let ends = fuzziness.dropFirst(5).split(separator: ",").compactMap { Int($0) }
            guard ends.count == 2, ends[0] <= ends[1] else {
                throw LogQueryError(.argument, "failed to find low and high distance values in [\(fuzziness)]")
            }
            return Fuzziness.automatic(word, low: ends[0], high: ends[1])
        }
        guard let number = Double(fuzziness), number >= 0 else {
            throw LogQueryError(.argument, "fuzziness [\(fuzziness)] is none of AUTO, 0, 1 and 2")
        }
        return Fuzziness.edits(number, word)
    }

    /// A pattern that only `text` itself matches.
    static func pattern(of text: String) -> String {
        var view = String.UnicodeScalarView()
        for character in text.unicodeScalars {
            if character == "*" || character == "?" || character == "\\" { view.append("\\") }
            view.append(character)
        }
        return String(view)
    }
}
