package import Logs

/// The core of TraceQL: one set of spans, `{ resource.service.name = "x" && duration > 100ms && status = error }`.
/// What relates spans to each other, counts them or asks of the whole trace is an error that says so.
package enum TraceQLQuery {
    package static func filter(_ text: String) throws(LogQueryError) -> LogFilter {
        guard text.count <= TraceQLLexer.charactersMax else {
            throw LogQueryError(.tooLarge, "a query of more than \(TraceQLLexer.charactersMax) characters")
        }
        var parser = try TraceQLParser(text)
        return try parser.query()
    }
}

private struct TraceQLParser {
    private var lexer: TraceQLLexer
    private var token: TraceQLToken

    private static let depthMax = 50

    init(_ text: String) throws(LogQueryError) {
        lexer = TraceQLLexer(text)
        token = try lexer.next()
    }

    private mutating func advance() throws(LogQueryError) { token = try lexer.next() }

    private mutating func take(_ symbol: String) throws(LogQueryError) -> Bool {
        guard token == .symbol(symbol) else { return false }
        try advance()
        return true
    }

    mutating func query() throws(LogQueryError) -> LogFilter {
        if token == .end { return .all }
        guard try take("{") else { throw lexer.error("a query begins with '{'") }
        if try take("}") { return try finished(.all) }
        let filter = try disjunction(depth: 0)
        guard try take("}") else { throw lexer.error("expected '&&', '||' or '}'") }
        return try finished(filter)
    }

    private func finished(_ filter: LogFilter) throws(LogQueryError) -> LogFilter {
        switch token {
        case .end: return filter
        case .symbol("|"): throw lexer.error("pipelines are not supported: only one set of spans, { … }, is")
        default: throw lexer.error("relations between sets of spans are not supported: only one set, { … }, is")
        }
    }

    private mutating func disjunction(depth: Int) throws(LogQueryError) -> LogFilter {
        var parts = [try conjunction(depth: depth)]
        while try take("||") { parts.append(try conjunction(depth: depth)) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func conjunction(depth: Int) throws(LogQueryError) -> LogFilter {
        var parts = [try primary(depth: depth)]
        while try take("&&") { parts.append(try primary(depth: depth)) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func primary(depth: Int) throws(LogQueryError) -> LogFilter {
        guard depth < Self.depthMax else { throw lexer.error("nested deeper than \(Self.depthMax)") }
        if try take("!") { return .not(try primary(depth: depth + 1)) }
        if try take("(") {
            let filter = try disjunction(depth: depth + 1)
            guard try take(")") else { throw lexer.error("expected ')'") }
            return filter
        }
        guard case .name(let name) = token else {
            throw lexer.error("expected a field, as duration or resource.service.name")
        }
        let place = lexer.start
        try advance()
        if name == "true" { return .all }
        if name == "false" { return .nothing }
        guard case .symbol(let text) = token, let comparison = TraceQLComparison(rawValue: text) else {
            throw lexer.error("expected =, !=, <, <=, >, >=, =~ or !~ after \(name)")
        }
        try advance()
        let value = token
        let valuePlace = lexer.start
        try advance()
        do throws(TraceQLFieldError) {
            return try TraceQLField(name).filter(comparison, value)
        } catch {
            throw lexer.error(error.message, at: error.isOfValue ? valuePlace : place)
        }
    }
}
