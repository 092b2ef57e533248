/// Reads ES|QL: `FROM logs-* | WHERE status >= 500 | STATS n = COUNT(*) BY service | SORT n DESC | LIMIT 10`.
struct PipeParser {
    /// What a query reads.
    enum Source {
        case records(indices: [String], metadata: [String])
        /// `ROW`: one row, made by the first command.
        case row
    }

    private static let commandsMax = 500
    /// Of `METADATA`.
    static let metadata: Set<String> = ["_id", "_index", "_score"]
    /// Patterns of one GROK, and place holders in all of them.
    private static let patternsMax = 1000

    let tokens: [PipeToken]
    let text: QueryText
    let context: LogQueryContext
    let parameters: PipeParameters
    var index = 0
    var depth = 0
    /// `?` that have no name, so far.
    var namelessCount = 0
    /// Searches within the query, which together have as many clauses as one.
    var clauses = ClauseCount()

    init(
        _ source: String, _ context: LogQueryContext, _ parameters: PipeParameters = PipeParameters()
    ) throws(LogQueryError) {
        (tokens, text) = try PipeLexer.tokens(source)
        self.context = context
        self.parameters = parameters
    }

    var token: PipeToken { tokens[index] }

    mutating func query() throws(LogQueryError) -> (source: Source, commands: [PipeCommand]) {
        var commands: [PipeCommand] = []
        let source: Source
        if takeWord("row") {
            source = .row
            commands.append(.evaluate(try named(allowsAggregates: false)))
        } else {
            source = try records()
        }
        while takeSymbol("|") {
            commands.append(try command())
            guard commands.count <= Self.commandsMax else {
                throw LogQueryError(.tooLarge, "more than \(Self.commandsMax) commands")
            }
        }
        guard token.kind == .end else { throw error("expected \"|\" or the end but found \(found)") }
        return (source, commands)
    }

    private mutating func records() throws(LogQueryError) -> Source {
        guard takeWord("from") else {
            throw error("expected FROM with the names of indices, as in FROM logs-*, or ROW, but found \(found)")
        }
        var indices: [String] = []
        repeat {
            let isWithout = takeSymbol("-")
            indices.append((isWithout ? "-" : "") + (try sourceName()))
        } while takeSymbol(",")
        var metadata: [String] = []
        if takeWord("metadata") {
            repeat {
                let start = token.start
                let name = try sourceName()
                guard Self.metadata.contains(name) else {
                    throw text.error(
                        "unknown metadata [\(name)]: there are \(Self.metadata.sorted().joined(separator: ", "))",
                        at: start)
                }
                metadata.append(name)
            } while takeSymbol(",")
        }
        return .records(indices: indices, metadata: metadata)
    }

    private mutating func sourceName() throws(LogQueryError) -> String {
        switch token.kind {
        case .name(let name, _), .text(let name):
            index += 1
            return name
        case .symbol("*"):
            index += 1
            return "*"
        default: throw error("expected the name of an index but found \(found)")
        }
    }

    private mutating func command() throws(LogQueryError) -> PipeCommand {
        let start = token.start
        guard case .name(let name, _) = token.kind else { throw error("expected a command but found \(found)") }
        index += 1
        switch name.lowercased() {
        case "where": return .filter(try expression())
        case "eval": return .evaluate(try named(allowsAggregates: false))
        case "stats": return try stats()
        case "inlinestats": return try stats(isInline: true)
        case "inline" where isWord("stats"):
            index += 1
            return try stats(isInline: true)
        case "sort": return try sort()
        case "limit":
            guard case .number(.long(let count)) = token.kind, count >= 0, count < 1 << 31 else {
                throw error("expected a whole number but found \(found)")
            }
            index += 1
            return .limit(Int(count))
        case "keep": return .keep(try patterns())
        case "drop": return .drop(try patterns())
        case "rename": return try rename()
        case "dissect": return try dissect()
        case "grok": return try grok()
        case "mv_expand":
            let start = token.start
            return .expand(.init(pattern: try sourceName(), at: start))
        default:
            throw text.error(
                "unknown command \(name): there are WHERE, EVAL, STATS, INLINE STATS, SORT, LIMIT, KEEP, DROP, RENAME, "
                    + "DISSECT, GROK and MV_EXPAND", at: start)
        }
    }

    /// `a = x + 1, COUNT(*)`: what has no name is called as it is written.
    private mutating func named(allowsAggregates: Bool) throws(LogQueryError) -> [PipeCommand.Named] {
        var result: [PipeCommand.Named] = []
        repeat {
            let start = token.start
            var name: String?
            if case .name(let written, _) = token.kind, index + 1 < tokens.count,
                tokens[index + 1].kind == .symbol("=")
            {
                name = written
                index += 2
            }
            let from = token.start
            var parsed = try expression()
            if allowsAggregates, takeWord("where") {
                let condition = try expression()
                parsed = try parsed.replacing { part throws(LogQueryError) in
                    guard case .aggregate(let aggregate, let arguments, nil) = part else { return nil }
                    return .aggregate(aggregate, arguments, filter: condition)
                }
            }
            let written = text.text(from..<endOfLast)
            result.append(.init(name: name ?? plainName(parsed) ?? written, expression: parsed, at: start))
        } while takeSymbol(",")
        return result
    }

    private func plainName(_ expression: PipeExpression) -> String? {
        if case .column(let name, _) = expression { name } else { nil }
    }

    /// Where the token read last ends.
    private var endOfLast: Int {
        var end = token.start
        while end > 0, text.characters[end - 1].properties.isWhitespace { end -= 1 }
        return end
    }

    private mutating func stats(isInline: Bool = false) throws(LogQueryError) -> PipeCommand {
        var aggregates: [PipeCommand.Named] = []
        if !isWord("by") { aggregates = try named(allowsAggregates: true) }
        for aggregate in aggregates {
            guard Self.isAggregated(aggregate.expression) else {
                throw text.error(
                    "expected an aggregate, as COUNT(*) or AVG(x): columns to group by stand behind BY",
                    at: aggregate.at)
            }
        }
        var groups: [PipeCommand.Named] = []
        if takeWord("by") { groups = try named(allowsAggregates: false) }
        return .stats(aggregates, by: groups, isInline: isInline)
    }

    /// No column stands outside of an aggregate.
    private static func isAggregated(_ expression: PipeExpression) -> Bool {
        switch expression {
        case .aggregate, .literal: true
        case .column, .slot, .found: false
        case .call(_, let arguments): arguments.allSatisfy(isAggregated)
        case .arithmetic(_, let left, let right), .comparison(_, let left, let right), .and(let left, let right),
            .or(let left, let right):
            isAggregated(left) && isAggregated(right)
        case .not(let inner), .isNull(let inner), .matches(let inner, _), .isAmong(let inner, _): isAggregated(inner)
        case .isOneOf(let inner, let others): isAggregated(inner) && others.allSatisfy(isAggregated)
        }
    }

    private mutating func sort() throws(LogQueryError) -> PipeCommand {
        var orders: [PipeCommand.Order] = []
        repeat {
            let expression = try expression()
            var isDescending = false
            if takeWord("desc") { isDescending = true } else { _ = takeWord("asc") }
            var hasNullsFirst = isDescending
            if takeWord("nulls") {
                guard takeWord("first") || takeWord("last") else {
                    throw error("expected FIRST or LAST but found \(found)")
                }
                if case .name(let word, _) = tokens[index - 1].kind { hasNullsFirst = word.lowercased() == "first" }
            }
            orders.append(.init(expression: expression, isDescending: isDescending, hasNullsFirst: hasNullsFirst))
        } while takeSymbol(",")
        return .sort(orders)
    }

    private mutating func patterns() throws(LogQueryError) -> [PipeCommand.Pattern] {
        var patterns: [PipeCommand.Pattern] = []
        repeat {
            let start = token.start
            patterns.append(.init(pattern: try sourceName(), at: start))
        } while takeSymbol(",")
        return patterns
    }

    private mutating func rename() throws(LogQueryError) -> PipeCommand {
        var pairs: [(from: PipeCommand.Pattern, to: String)] = []
        repeat {
            let start = token.start
            let first = try sourceName()
            if takeSymbol("=") {
                let from = token.start
                pairs.append((.init(pattern: try sourceName(), at: from), first))
            } else {
                guard takeWord("as") else { throw error("expected AS but found \(found)") }
                pairs.append((.init(pattern: first, at: start), try sourceName()))
            }
        } while takeSymbol(",")
        return .rename(pairs)
    }

    private mutating func dissect() throws(LogQueryError) -> PipeCommand {
        let input = try expression()
        let start = token.start
        let pattern = try quoted("a pattern")
        try checkPatterns(Self.holderCount(pattern))
        var separator = ""
        if takeWord("append_separator") {
            guard takeSymbol("=") else { throw error("expected \"=\" but found \(found)") }
            separator = try quoted("a separator")
        }
        return .extract(
            input, PipeExtraction(kind: .dissect(appendSeparator: separator), patterns: [pattern]), at: start)
    }

    private mutating func grok() throws(LogQueryError) -> PipeCommand {
        let input = try expression()
        let start = token.start
        var patterns: [String] = []
        repeat {
            patterns.append(try quoted("a pattern"))
            try checkPatterns(patterns.count)
        } while takeSymbol(",")
        try checkPatterns(patterns.reduce(0) { $0 + Self.holderCount($1) })
        return .extract(input, PipeExtraction(kind: .grok, patterns: patterns), at: start)
    }

    private func checkPatterns(_ count: Int) throws(LogQueryError) {
        guard count <= Self.patternsMax else {
            throw LogQueryError(.tooLarge, "more than \(Self.patternsMax) patterns or place holders in them")
        }
    }

    /// `%{…}` and named groups.
    private static func holderCount(_ pattern: String) -> Int {
        let bytes = Array(pattern.utf8)
        return zip(bytes, bytes.dropFirst()).count {
            $0 == (UInt8(ascii: "%"), UInt8(ascii: "{")) || $0 == (UInt8(ascii: "?"), UInt8(ascii: "<"))
        }
    }

    mutating func quoted(_ what: String) throws(LogQueryError) -> String {
        guard case .text(let text) = token.kind else { throw error("expected \(what) in quotes but found \(found)") }
        index += 1
        return text
    }

    // MARK: Tokens

    func isWord(_ word: String) -> Bool {
        if case .name(let name, false) = token.kind { name.lowercased() == word } else { false }
    }

    mutating func takeWord(_ word: String) -> Bool {
        guard isWord(word) else { return false }
        index += 1
        return true
    }

    mutating func takeSymbol(_ symbol: String) -> Bool {
        guard token.kind == .symbol(symbol) else { return false }
        index += 1
        return true
    }

    func error(_ message: String) -> LogQueryError { text.error(message, at: token.start) }

    var found: String {
        switch token.kind {
        case .end: "the end"
        case .name(let name, _): "\"\(name)\""
        case .text(let text): "the text \"\(text.prefix(50))\""
        case .number(let value): value.string ?? ""
        case .parameter(let name): "\"?\(name)\""
        case .symbol(let symbol): "\"\(symbol)\""
        }
    }
}
