package import SignalModel

/// Elasticsearch's queries in JSON, `{"bool": {"filter": [ … ]}}`, as filters. What only weighs scores is read over.
package struct QueryDSL {
    let context: LogQueryContext
    var clauses = ClauseCount()
    private var depth = 0

    package static func filter(_ query: DocumentValue, _ context: LogQueryContext) throws(LogQueryError) -> LogFilter
    {
        var reader = QueryDSL(context)
        return try reader.filter(query)
    }

    private init(_ context: LogQueryContext) { self.context = context }

    /// One query: an object whose only member is named after it.
    mutating func filter(_ query: DocumentValue) throws(LogQueryError) -> LogFilter {
        guard case .object(let object) = query else {
            throw LogQueryError(.malformed, "[_na] query malformed, must start with start_object")
        }
        guard let member = object.members.first else {
            throw LogQueryError(.malformed, "query malformed, empty clause found")
        }
        guard object.count == 1 else {
            throw LogQueryError(
                .malformed,
                "[\(member.name)] malformed query, expected [END_OBJECT] but found [\(object.members[1].name)]: queries "
                    + "are joined by bool")
        }
        guard depth < LogQueryLimits.depthMax else {
            throw LogQueryError(.tooLarge, "queries are nested deeper than \(LogQueryLimits.depthMax)")
        }
        depth += 1
        defer { depth -= 1 }
        return try filter(QueryBody(name: member.name, value: member.value))
    }

    private mutating func filter(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        switch body.name {
        case "match_all": return .all
        case "match_none": return .nothing
        case "bool": return try bool(body)
        case "constant_score": return try filter(body.required("filter"))
        case "nested", "function_score", "has_child", "has_parent": return try inner(body)
        case "boosting": return try filter(body.required("positive"))
        case "dis_max": return .some(try filters(body.required("queries")))
        case "match": return try match(body)
        case "match_phrase": return try matchPhrase(body, .phrase(slop: 0))
        case "match_phrase_prefix": return try matchPhrase(body, .phrasePrefix)
        case "match_bool_prefix": return try matchBoolPrefix(body)
        case "multi_match", "combined_fields": return try multiMatch(body)
        case "query_string": return try queryString(body)
        case "simple_query_string": return try simpleQueryString(body)
        case "term": return try term(body)
        case "terms": return try terms(body)
        case "ids": return try ids(body)
        case "exists": return try exists(body)
        case "prefix": return try prefix(body)
        case "wildcard": return try wildcard(body)
        case "regexp": return try regexp(body)
        case "fuzzy": return try fuzzy(body)
        case "range": return try range(body)
        default: throw LogQueryError(.malformed, "unknown query [\(body.name)]")
        }
    }

    /// One query or an array of them.
    mutating func filters(_ value: DocumentValue) throws(LogQueryError) -> [LogFilter] {
        guard case .array(let queries) = value else { return [try filter(value)] }
        var filters: [LogFilter] = []
        for query in queries { filters.append(try filter(query)) }
        return filters
    }

    /// The query within one that only says where it holds.
    private mutating func inner(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        guard body.name == "nested" || body.name == "function_score" else {
            throw LogQueryError(.malformed, "[\(body.name)] query is not supported: records here have no relations")
        }
        guard body.name == "nested" else {
            guard let query = try body.object()["query"] else { return .all }
            return try filter(query)
        }
        return try filter(body.required("query"))
    }
}
