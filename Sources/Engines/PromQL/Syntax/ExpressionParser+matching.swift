/// What may stand between a binary operator and its right operand.
struct BinaryModifiers {
    var matching = VectorMatching(cardinality: .oneToOne)
    var returnsBool = false
    /// Labels or fill values were given: an error unless both operands are vectors.
    var isMatchingWritten: Bool {
        !matching.labels.isEmpty || matching.fillLeft != nil || matching.fillRight != nil
    }
}

extension ExpressionParser {
    mutating func parseBinaryModifiers(_ operation: BinaryOperator) throws(QueryError) -> BinaryModifiers {
        var modifiers = BinaryModifiers()
        if token.kind == .keyword(.bool) {
            advance()
            modifiers.returnsBool = true
        }
        if token.kind == .keyword(.on) || token.kind == .keyword(.ignoring) {
            modifiers.matching.isOn = advance().kind == .keyword(.on)
            modifiers.matching.labels = try parseGroupingLabels()
            try parseGroupSide(&modifiers.matching)
        }
        try parseFill(&modifiers.matching)
        return modifiers
    }

    private mutating func parseGroupSide(_ matching: inout VectorMatching) throws(QueryError) {
        switch token.kind {
        case .keyword(.groupLeft): matching.cardinality = .manyToOne
        case .keyword(.groupRight): matching.cardinality = .oneToMany
        default: return
        }
        advance()
        let isFill =
            switch token.kind {
            case .keyword(.fill), .keyword(.fillLeft), .keyword(.fillRight): true
            default: false
            }
        if token.kind == .leftParen || (!token.kind.canBeginExpression && !isFill) {
            matching.include = try parseGroupingLabels()
        }
    }

    private mutating func parseFill(_ matching: inout VectorMatching) throws(QueryError) {
        while case .keyword(let word) = token.kind {
            switch word {
            case .fill where matching.fillLeft == nil && matching.fillRight == nil:
                advance()
                let value = try parseFillValue()
                matching.fillLeft = value
                matching.fillRight = value
                return
            case .fillLeft where matching.fillLeft == nil:
                advance()
                matching.fillLeft = try parseFillValue()
            case .fillRight where matching.fillRight == nil:
                advance()
                matching.fillRight = try parseFillValue()
            default: return
            }
        }
    }

    private mutating func parseFillValue() throws(QueryError) -> Double {
        guard token.kind == .leftParen else { throw unexpected() }
        advance()
        let value = try parseSignedNumber()
        guard let value, token.kind == .rightParen else { throw unexpected() }
        advance()
        return value
    }

    /// A number or duration in seconds, with or without a sign; nil where there is none.
    mutating func parseSignedNumber() throws(QueryError) -> Double? {
        let isNegative = token.kind == .operation(.subtract)
        if isNegative || token.kind == .operation(.add) { advance() }
        guard token.kind == .number || token.kind == .duration else { return nil }
        let value = try parseNumberLiteral().value
        return isNegative ? -value : value
    }

    /// `(a, b, "c.d",)`.
    mutating func parseGroupingLabels() throws(QueryError) -> [String] {
        guard token.kind == .leftParen else { throw unexpected(in: "grouping opts", expected: "\"(\"") }
        advance()
        var labels: [String] = []
        while token.kind != .rightParen {
            labels.append(try parseGroupingLabel())
            if token.kind == .comma {
                advance()
            } else if token.kind != .rightParen {
                throw unexpected(in: "grouping opts", expected: "\",\" or \")\"")
            }
        }
        advance()
        return labels
    }

    private mutating func parseGroupingLabel() throws(QueryError) -> String {
        if token.kind == .string {
            let name = unquoted(token)
            guard !name.isEmpty else {
                throw error(at: token.position.start, "invalid label name for grouping: \(quotedText(name))")
            }
            advance()
            return name
        }
        guard token.kind.canNameGroupingLabel else { throw unexpected(in: "grouping opts", expected: "label") }
        return text(advance())
    }
}
