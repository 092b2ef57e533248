/// Lucene's classic query syntax, as Elasticsearch's `query_string` reads it:
/// `+status:[500 TO *] -service:(api OR web) "connection reset"~2 host:web-*`.
///
/// `AND` and `OR` are not operators of a boolean algebra there: each only says of its neighbours whether they must
/// hold (`add`). Whole queries rely on it, so it is kept.
package struct LuceneParser {
    enum Occurrence {
        case must
        case should
        case mustNot
    }

    private enum Conjunction {
        case none
        case and
        case or
    }

    private enum Modifier {
        case none
        case required
        case prohibited
    }

    private struct Clause {
        var filter: LogFilter
        var occurrence: Occurrence
    }

    let options: LuceneOptions
    let constants: QueryConstants
    var lexer: LuceneLexer
    private var ahead: [LuceneToken] = []
    private var depth = 0
    var clauseCount = ClauseCount()

    package static func filter(
        _ text: String, _ options: LuceneOptions = LuceneOptions(), _ context: LogQueryContext
    ) throws(LogQueryError) -> LogFilter {
        try filter(text, options, constants: QueryConstants(context))
    }

    static func filter(
        _ text: String, _ options: LuceneOptions, constants: QueryConstants
    ) throws(LogQueryError) -> LogFilter {
        var parser = LuceneParser(
            options: options, constants: constants, lexer: LuceneLexer(text: try QueryText(text)))
        guard try parser.peek().kind != .end else { return .nothing }
        let filter = try parser.query(options.fields)
        let rest = try parser.peek()
        guard rest.kind == .end else { throw parser.unexpected(rest) }
        return filter
    }

    private init(options: LuceneOptions, constants: QueryConstants, lexer: LuceneLexer) {
        self.options = options
        self.constants = constants
        self.lexer = lexer
    }

    /// Never reads past the opening of a range, within which other tokens hold.
    mutating func peek(_ distance: Int = 0) throws(LogQueryError) -> LuceneToken {
        while ahead.count <= distance { ahead.append(try lexer.next()) }
        return ahead[distance]
    }

    @discardableResult
    mutating func take() throws(LogQueryError) -> LuceneToken {
        let token = try peek()
        ahead.removeFirst()
        return token
    }

    private mutating func query(_ fields: [FieldSelector]) throws(LogQueryError) -> LogFilter {
        var clauses: [Clause] = []
        var conjunction = Conjunction.none
        repeat {
            if conjunction == .none, let words = try takeAdjacentWords() {
                add(try word(words, fields), .none, .none, to: &clauses)
            } else {
                let modifier = try takeModifier()
                add(try clause(fields), conjunction, modifier, to: &clauses)
            }
            switch try peek().kind {
            case .closeGroup, .end: return Self.combined(clauses)
            case .and:
                try take()
                conjunction = .and
            case .or:
                try take()
                conjunction = .or
            default: conjunction = .none
            }
        } while true
    }

    /// Words side by side are one text for their field to cut into words: `new york` of a keyword is one value.
    private mutating func takeAdjacentWords() throws(LogQueryError) -> LuceneToken? {
        guard try peek().kind == .term, try isFollowedByWord() else { return nil }
        var words = try take()
        while try peek().kind == .term {
            guard try staysWord(1) else { break }
            words.range = words.range.lowerBound..<(try take().range.upperBound)
        }
        return words
    }

    private mutating func isFollowedByWord() throws(LogQueryError) -> Bool {
        guard try peek(1).kind == .term else { return false }
        return try staysWord(2)
    }

    /// Whether what stands at `distance` leaves the word before it a plain one.
    private mutating func staysWord(_ distance: Int) throws(LogQueryError) -> Bool {
        switch try peek(distance).kind {
        case .colon, .star, .fuzziness, .caret, .and, .or, .not: false
        default: true
        }
    }

    private mutating func takeModifier() throws(LogQueryError) -> Modifier {
        switch try peek().kind {
        case .plus:
            try take()
            return .required
        case .minus, .not:
            try take()
            return .prohibited
        default: return .none
        }
    }

    private mutating func clause(_ fields: [FieldSelector]) throws(LogQueryError) -> LogFilter {
        var fields = fields
        let token = try peek()
        switch token.kind {
        case .term, .star, .prefix, .wildcard:
            if try peek(1).kind == .colon {
                try take()
                try take()
                fields = [FieldSelector(name: try unescaped(token.range))]
            }
        default: break
        }
        guard try peek().kind == .openGroup else { return try term(fields) }
        let opening = try take()
        depth += 1
        guard depth <= LogQueryLimits.depthMax else {
            throw LogQueryError(
                .tooLarge, "groups are nested deeper than \(LogQueryLimits.depthMax)",
                at: lexer.text.place(opening.start))
        }
        let filter = try query(fields)
        let closing = try peek()
        guard closing.kind == .closeGroup else {
            let place = lexer.text.place(opening.start)
            throw lexer.text.error(
                "expected \")\" for the one opened at line \(place.line), column \(place.column)", at: closing.start)
        }
        try take()
        depth -= 1
        try skipBoost()
        return filter
    }

    /// Lucene's rule: `AND` makes both its neighbours required, unless they are prohibited; `OR`, only where terms
    /// are joined by AND otherwise, makes them optional again.
    private func add(
        _ filter: LogFilter, _ conjunction: Conjunction, _ modifier: Modifier, to clauses: inout [Clause]
    ) {
        if let last = clauses.indices.last, clauses[last].occurrence != .mustNot {
            if conjunction == .and { clauses[last].occurrence = .must }
            if conjunction == .or, options.joinsByAnd { clauses[last].occurrence = .should }
        }
        let isRequired =
            options.joinsByAnd ? conjunction != .or : modifier == .required || conjunction == .and
        let occurrence: Occurrence = modifier == .prohibited ? .mustNot : (isRequired ? .must : .should)
        clauses.append(Clause(filter: filter, occurrence: occurrence))
    }

    /// What is optional counts only where nothing is required.
    private static func combined(_ clauses: [Clause]) -> LogFilter {
        var must: [LogFilter] = []
        var should: [LogFilter] = []
        var mustNot: [LogFilter] = []
        for clause in clauses {
            switch clause.occurrence {
            case .must: must.append(clause.filter)
            case .should: should.append(clause.filter)
            case .mustNot: mustNot.append(clause.filter.negated)
            }
        }
        if must.isEmpty, !should.isEmpty { must.append(.some(should)) }
        return .every(must + mustNot)
    }
}
