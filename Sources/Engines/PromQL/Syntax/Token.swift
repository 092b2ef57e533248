/// One piece of a query as the lexer cut it: its kind and its bytes.
struct Token: Sendable {
    enum Keyword: String, Sendable, CaseIterable {
        case offset, anchored, smoothed, by, without, on, ignoring, bool, fill
        case groupLeft = "group_left"
        case groupRight = "group_right"
        case fillLeft = "fill_left"
        case fillRight = "fill_right"
    }

    /// Words that are functions, parts of `@`, or lengths of time, depending on where they stand.
    enum Preprocessor: String, Sendable, CaseIterable {
        case start, end, step, range
    }

    enum Kind: Sendable, Hashable {
        case endOfInput
        /// The text ends here for the parser; why is in `Lexer.failure`.
        case failure
        case comma, colon, equal, leftParen, rightParen, leftBrace, rightBrace, leftBracket, rightBracket, at
        case identifier
        /// An identifier with a colon, which can only name a metric.
        case metricIdentifier
        case string, number, duration
        case operation(BinaryOperator)
        case equalRegex, notEqualRegex
        case aggregation(AggregationOperator)
        case keyword(Keyword)
        case preprocessor(Preprocessor)
    }

    var kind: Kind
    var position: PositionRange
}

extension Token.Kind {
    /// What the word (in lower case) is outside braces; nil for an ordinary name.
    static func word(_ word: String) -> Token.Kind? { words[word] }

    /// Longer words than any in the table are names; saves lowering and hashing them.
    static let wordBytesMax = words.keys.map(\.utf8.count).max() ?? 0

    private static let words: [String: Token.Kind] = {
        var words: [String: Token.Kind] = ["inf": .number, "nan": .number]
        for operation in [BinaryOperator.and, .or, .unless, .atan2] {
            words[operation.rawValue] = .operation(operation)
        }
        for aggregation in AggregationOperator.allCases { words[aggregation.rawValue] = .aggregation(aggregation) }
        for keyword in Token.Keyword.allCases { words[keyword.rawValue] = .keyword(keyword) }
        for word in Token.Preprocessor.allCases { words[word.rawValue] = .preprocessor(word) }
        return words
    }()

    /// How an error names a token of this kind spelled `text`, in Prometheus' wording.
    func described(_ text: String) -> String {
        switch self {
        case .endOfInput: "end of input"
        case .failure: "error"
        case .identifier: "identifier \(quotedText(text))"
        case .metricIdentifier: "metric identifier \(quotedText(text))"
        case .string: "string \(abridged(text))"
        case .number: "number \(abridged(text))"
        case .duration: "duration \(abridged(text))"
        case .keyword: "<\(text)>"
        case .operation, .equalRegex, .notEqualRegex, .at: "<op:\(text)>"
        case .aggregation: "<aggr:\(text)>"
        default: abridged(text)
        }
    }

    /// A long token would drown the message: its first ten characters stand for it.
    private func abridged(_ text: String) -> String {
        text.utf8.count > 10
            ? quotedText(String(String.UnicodeScalarView(text.unicodeScalars.prefix(10)))) + "..." : quotedText(text)
    }

    /// Whether an expression may begin with it.
    var canBeginExpression: Bool {
        switch self {
        case .number, .duration, .string, .leftParen, .leftBrace, .operation(.add), .operation(.subtract): true
        default: canNameMetric
        }
    }

    /// Whether a metric may be called so where an expression begins.
    var canNameMetric: Bool {
        switch self {
        case .identifier, .metricIdentifier, .aggregation, .preprocessor: true
        case .operation(.and), .operation(.or), .operation(.unless): true
        case .keyword(let word):
            switch word {
            case .by, .without, .offset, .anchored, .smoothed: true
            case .on, .ignoring, .bool, .groupLeft, .groupRight, .fill, .fillLeft, .fillRight: false
            }
        default: false
        }
    }

    /// Whether a label may be called so, unquoted, in a list such as `by (…)`.
    var canNameGroupingLabel: Bool {
        switch self {
        case .identifier, .metricIdentifier, .aggregation, .preprocessor: true
        case .operation(.and), .operation(.or), .operation(.unless), .operation(.atan2): true
        case .keyword(let word): word != .without
        default: false
        }
    }
}
