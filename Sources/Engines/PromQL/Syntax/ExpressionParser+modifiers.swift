import Basics

extension ExpressionParser {
    /// `[…]`, `offset`, `@`, `anchored` and `smoothed` behind an operand, as many as there are: they bind
    /// stronger than any operator.
    mutating func parseModifiers(of part: Part) throws(QueryError) -> Part {
        var part = part
        while true {
            switch token.kind {
            case .leftBracket: part = try parseRange(part)
            case .keyword(.offset): part.expression = try parseOffset(part.expression)
            case .at: part.expression = try parseAt(part.expression)
            case .keyword(.anchored), .keyword(.smoothed): part.expression = try parseExtension(part.expression)
            default: return part
            }
        }
    }

    // MARK: ranges

    private mutating func parseRange(_ inner: Part) throws(QueryError) -> Part {
        let bracket = advance()
        let range = try parsePositiveDuration { parser in
            parser.unexpected(
                in: "subquery or range selector", expected: "number, duration, step(), or range()")
        }
        if token.kind == .colon { return try parseSubquery(inner, range) }
        guard token.kind == .rightBracket else {
            throw unexpected(in: "subquery or range", expected: "\":\" or \"]\"")
        }
        advance()
        guard case .vectorSelector(let selector) = inner.expression else {
            throw error(at: bracket.position.start, "ranges only allowed for vector selectors")
        }
        if selector.modifiers.offset != .zero {
            throw error(at: bracket.position.start, "no offset modifiers allowed before range")
        }
        if selector.modifiers.at != nil {
            throw error(at: bracket.position.start, "no @ modifiers allowed before range")
        }
        let position = PositionRange(start: selector.position.start, end: consumedEnd)
        let node = MatrixSelector(selector: selector, range: range, position: position)
        return try part(.matrixSelector(node), above: inner.height)
    }

    private mutating func parseSubquery(_ inner: Part, _ range: DurationExpression) throws(QueryError) -> Part {
        advance()
        var step: DurationExpression?
        if token.kind != .rightBracket {
            step = try parsePositiveDuration { parser in
                parser.unexpected(
                    in: "subquery selector", expected: "number, duration, step(), range(), or \"]\"")
            }
        }
        guard token.kind == .rightBracket else { throw unexpected(in: "subquery selector", expected: "\"]\"") }
        advance()
        let position = PositionRange(start: inner.expression.position.start, end: consumedEnd)
        let node = SubqueryExpression(
            operand: inner.expression, range: range, step: step, modifiers: TimeModifiers(), position: position)
        return try part(.subquery(node), above: inner.height)
    }

    // MARK: offset

    private mutating func parseOffset(_ expression: Expression) throws(QueryError) -> Expression {
        advance()
        let offset = try parseOffsetDuration()
        return try modifying(
            expression,
            refusal: "offset modifier must be preceded by an instant vector selector or range vector "
                + "selector or a subquery"
        ) { parser, modifiers throws(QueryError) in
            guard modifiers.offset == .zero else {
                throw parser.error(at: expression.position.start, "offset may not be set multiple times")
            }
            modifiers.offset = offset
        }
    }

    // MARK: @

    private mutating func parseAt(_ expression: Expression) throws(QueryError) -> Expression {
        advance()
        let at = try parseAtTime(of: expression)
        return try modifying(
            expression,
            refusal: "@ modifier must be preceded by an instant vector selector or range vector "
                + "selector or a subquery"
        ) { parser, modifiers throws(QueryError) in
            guard modifiers.at == nil else {
                throw parser.error(at: expression.position.start, "@ <timestamp> may not be set multiple times")
            }
            modifiers.at = at
        }
    }

    private mutating func parseAtTime(of expression: Expression) throws(QueryError) -> TimeModifiers.At {
        if token.kind == .preprocessor(.start) || token.kind == .preprocessor(.end) {
            let isStart = advance().kind == .preprocessor(.start)
            guard token.kind == .leftParen else { throw unexpected(in: "@", expected: "timestamp") }
            advance()
            guard token.kind == .rightParen else { throw unexpected(in: "@", expected: "timestamp") }
            advance()
            return isStart ? .start : .end
        }
        guard let seconds = try parseSignedNumber() else { throw unexpected(in: "@", expected: "timestamp") }
        // Beyond the range of timestamps the engines keep additions safe in.
        let secondsMax = Timestamp.distantFuture.seconds
        guard seconds.magnitude < secondsMax else {
            throw error(
                at: expression.position.start,
                "timestamp out of bounds for @ modifier: \(NumberText.fixed(seconds, digits: 6))")
        }
        return .timestamp(Timestamp(seconds: seconds))
    }

    // MARK: anchored, smoothed

    private mutating func parseExtension(_ expression: Expression) throws(QueryError) -> Expression {
        let word = advance()
        let isAnchored = word.kind == .keyword(.anchored)
        let name = isAnchored ? "anchored" : "smoothed"
        let start = expression.position.start
        guard options.extendedRangeSelectors else {
            throw error(at: start, "\(name) modifier is experimental and not enabled")
        }
        func extended(_ selector: VectorSelector) throws(QueryError) -> VectorSelector {
            var selector = selector
            if isAnchored { selector.isAnchored = true } else { selector.isSmoothed = true }
            guard selector.isAnchored != selector.isSmoothed else {
                throw error(at: start, "anchored and smoothed modifiers cannot be used together")
            }
            return selector
        }
        switch expression {
        case .vectorSelector(let selector): return .vectorSelector(try extended(selector))
        case .matrixSelector(var node):
            node.selector = try extended(node.selector)
            return .matrixSelector(node)
        case .subquery: throw error(at: start, "\(name) modifier is not supported for subqueries")
        default: throw error(at: start, "\(name) modifier not implemented")
        }
    }

    /// `expression` with its time modifiers changed; it now ends where the modifier ended.
    private func modifying(
        _ expression: Expression, refusal: String,
        _ change: (ExpressionParser, inout TimeModifiers) throws(QueryError) -> Void
    ) throws(QueryError) -> Expression {
        switch expression {
        case .vectorSelector(var node):
            try change(self, &node.modifiers)
            node.position.end = consumedEnd
            return .vectorSelector(node)
        case .matrixSelector(var node):
            try change(self, &node.selector.modifiers)
            node.position.end = consumedEnd
            return .matrixSelector(node)
        case .subquery(var node):
            try change(self, &node.modifiers)
            node.position.end = consumedEnd
            return .subquery(node)
        default: throw error(at: expression.position.start, refusal)
        }
    }
}
