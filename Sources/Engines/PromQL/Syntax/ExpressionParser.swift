import SignalModel

/// Recursive descent over the tokens, one token ahead, precedences after Prometheus'
/// `promql/parser/generated_parser.y`. Types are checked afterwards, when the syntax is right.
struct ExpressionParser {
    /// A part of the tree and how many levels it is high.
    struct Part {
        var expression: Expression
        var height: Int
    }

    let source: QuerySource
    let options: ParserOptions
    private var lexer: Lexer
    /// The token not yet consumed.
    private(set) var token: Token
    /// Where the last consumed token ended.
    private(set) var consumedEnd = 0
    /// Open calls, parentheses and signs around the current place.
    private var depth = 0
    /// Instructions of the regular expressions compiled so far.
    var programSize = 0
    /// Operators met in duration expressions so far.
    var durationOperators = 0
    /// Aggregations whose arguments are being read: syntax errors in there are said to be "in aggregation".
    var aggregationDepth = 0
    /// Matching modifiers between operands that are not both vectors: no part of the tree, but wrong.
    var misplacedMatchings: [PositionRange: VectorMatching] = [:]

    init(_ text: String, options: ParserOptions) throws(QueryError) {
        guard text.utf8.count <= PromQLParser.queryBytesMax else {
            throw QueryError(
                .parse,
                "1:1: parse error: query of \(text.utf8.count) bytes exceeds the limit of "
                    + "\(PromQLParser.queryBytesMax)")
        }
        lexer = Lexer(text)
        source = QuerySource(bytes: lexer.bytes)
        self.options = options
        token = lexer.next()
    }

    /// Consumes the current token and returns it. Text that cannot be cut into tokens becomes a token that
    /// fits nowhere, so what is wrong before it is reported first.
    @discardableResult
    mutating func advance() -> Token {
        let consumed = token
        consumedEnd = consumed.position.end
        token = lexer.next()
        return consumed
    }

    func text(_ token: Token) -> String { lexer.text(token.position.start..<token.position.end) }

    func unquoted(_ token: Token) -> String {
        StringLiteral.unquoted(source.bytes[token.position.start..<token.position.end])
    }

    func error(at offset: Int, _ reason: String) -> QueryError { source.error(at: offset, reason) }

    /// The current token cannot stand here.
    func unexpected(in context: String? = nil, expected: String? = nil) -> QueryError {
        if let failure = lexer.failure { return error(at: token.position.start, failure) }
        var reason = "unexpected " + token.kind.described(text(token))
        if let context = context ?? (aggregationDepth > 0 ? "aggregation" : nil) { reason += " in " + context }
        if let expected { reason += ", expected " + expected }
        return error(at: token.position.start, reason)
    }

    /// Runs `body` one level of nesting deeper.
    mutating func nested<Result>(
        _ body: (inout ExpressionParser) throws(QueryError) -> Result
    ) throws(QueryError) -> Result {
        depth += 1
        defer { depth -= 1 }
        if depth > PromQLParser.heightMax { throw tooHigh(at: token.position.start) }
        return try body(&self)
    }

    /// A part one level above parts of which the highest has `height`.
    func part(_ expression: Expression, above height: Int) throws(QueryError) -> Part {
        if height + 1 > PromQLParser.heightMax { throw tooHigh(at: expression.position.start) }
        return Part(expression: expression, height: height + 1)
    }

    private func tooHigh(at offset: Int) -> QueryError {
        error(at: offset, "expression is nested more than \(PromQLParser.heightMax) levels deep")
    }
}
