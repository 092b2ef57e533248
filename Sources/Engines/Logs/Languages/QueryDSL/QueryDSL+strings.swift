internal import SignalModel

extension QueryDSL {
    mutating func queryString(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        let parameters = QueryParameters(query: body.name, object: try body.object())
        let text = try parameters.requiredText("query")
        var options = LuceneOptions()
        if let fields = try Self.fields(parameters) {
            options.fields = fields
        } else if let field = try parameters.text("default_field") {
            options.fields = [FieldSelector(name: field)]
        }
        options.joinsByAnd = try parameters.text("default_operator")?.lowercased() == "and"
        options.phraseSlop = try parameters.integer("phrase_slop") ?? 0
        options.fuzzyPrefixCount = max(0, try parameters.integer("fuzzy_prefix_length") ?? 0)
        options.allowsLeadingWildcard = try parameters.flag("allow_leading_wildcard") ?? true
        options.isLenient = try parameters.flag("lenient") ?? false
        var zone = context.zone
        if let name = try parameters.text("time_zone") { zone = try context.zone(named: name) }
        let constants = QueryConstants(dates: DateMath(context, zone: zone), formats: DateFormat.standard)
        do {
            return try LuceneParser.filter(text, options, constants: constants)
        } catch {
            guard error.code == .syntax else { throw error }
            throw LogQueryError(error.code, "Failed to parse query [\(text.prefix(500))]: \(error)")
        }
    }

    mutating func simpleQueryString(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        let parameters = QueryParameters(query: body.name, object: try body.object())
        let text = try parameters.requiredText("query")
        var parser = SimpleQueryParser(
            text: try QueryText(text), fields: try Self.fields(parameters) ?? [.any],
            joinsByAnd: try parameters.text("default_operator")?.lowercased() == "and")
        return try parser.parse()
    }
}
