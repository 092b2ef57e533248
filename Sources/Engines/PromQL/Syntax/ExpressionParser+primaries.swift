import SignalModel

extension ExpressionParser {
    mutating func parsePrimary() throws(QueryError) -> Part {
        switch token.kind {
        case .number, .duration: return Part(expression: .number(try parseNumberLiteral()), height: 1)
        case .string:
            let literal = advance()
            let node = StringLiteral(value: unquoted(literal), position: literal.position)
            return Part(expression: .string(node), height: 1)
        case .leftParen: return try parseParenthesised()
        case .leftBrace: return Part(expression: .vectorSelector(try parseVectorSelector()), height: 1)
        default:
            guard token.kind.canNameMetric else { throw unexpected() }
            return try parseNamed()
        }
    }

    /// An aggregation, a call or a selector: the token behind the name decides.
    private mutating func parseNamed() throws(QueryError) -> Part {
        let name = advance()
        switch (name.kind, token.kind) {
        case (.aggregation(let operation), .leftParen), (.aggregation(let operation), .keyword(.by)),
            (.aggregation(let operation), .keyword(.without)):
            return try parseAggregation(operation, name)
        case (.identifier, .leftParen), (.preprocessor, .leftParen):
            return try parseCall(name)
        default:
            return Part(expression: .vectorSelector(try parseVectorSelector(named: name)), height: 1)
        }
    }

    private mutating func parseParenthesised() throws(QueryError) -> Part {
        let open = advance()
        let inner = try nested { parser throws(QueryError) in try parser.parseExpression() }
        guard token.kind == .rightParen else { throw unexpected() }
        let close = advance()
        let position = PositionRange(start: open.position.start, end: close.position.end)
        return try part(.parenthesised(inner.expression, position), above: inner.height)
    }

    mutating func parseNumberLiteral() throws(QueryError) -> NumberLiteral {
        let literal = token
        let value: Double
        do {
            if literal.kind == .duration {
                value = Double(try DurationText.milliseconds(text(literal))) / 1000
            } else {
                value = try NumberText.value(text(literal))
            }
        } catch let invalid as DurationText.Invalid {
            throw error(at: literal.position.start, invalid.description)
        } catch {
            throw self.error(at: literal.position.start, "\(error)")
        }
        advance()
        return NumberLiteral(value: value, isDuration: literal.kind == .duration, position: literal.position)
    }

    // MARK: calls and aggregations

    private mutating func parseCall(_ name: Token) throws(QueryError) -> Part {
        let arguments = try parseArguments()
        // `start`, `end`, `step` and `range` are keywords, and those have no case.
        let written = name.kind == .identifier ? text(name) : text(name).lowercased()
        guard let function = FunctionSignature.named(written) else {
            throw error(at: name.position.start, "unknown function with name \(quotedText(written))")
        }
        if function.isExperimental, !options.experimentalFunctions {
            throw error(at: name.position.start, "function \(quotedText(written)) is not enabled")
        }
        let node = CallExpression(
            function: function, arguments: arguments.map(\.expression),
            position: PositionRange(start: name.position.start, end: consumedEnd))
        return try part(.call(node), above: arguments.map(\.height).max() ?? 0)
    }

    /// `(a, b)`, the parenthesis being the current token.
    private mutating func parseArguments() throws(QueryError) -> [Part] {
        advance()
        var arguments: [Part] = []
        if token.kind == .rightParen {
            advance()
            return arguments
        }
        while true {
            arguments.append(try nested { parser throws(QueryError) in try parser.parseExpression() })
            if token.kind == .rightParen { break }
            guard token.kind == .comma else { throw unexpected() }
            let comma = advance()
            if !token.kind.canBeginExpression, token.kind != .failure {
                throw error(at: comma.position.start, "trailing commas not allowed in function call args")
            }
        }
        advance()
        return arguments
    }

    private mutating func parseAggregation(
        _ operation: AggregationOperator, _ name: Token
    ) throws(QueryError) -> Part {
        var grouping = try parseGrouping()
        guard token.kind == .leftParen else { throw unexpected(in: "aggregation") }
        aggregationDepth += 1
        let arguments = try parseArguments()
        aggregationDepth -= 1
        var end = consumedEnd
        if grouping == nil {
            // A grouping may follow: the next token is looked at before the arguments are counted.
            if token.kind == .failure { throw unexpected() }
            grouping = try parseGrouping()
            end = consumedEnd
        }
        try checkArgumentCount(operation, arguments.count, at: name.position.start)
        let node = AggregationExpression(
            operation: operation, operand: arguments[arguments.count - 1].expression,
            parameter: operation.takesParameter ? arguments[0].expression : nil, grouping: grouping?.labels ?? [],
            isWithout: grouping?.isWithout ?? false,
            position: PositionRange(start: name.position.start, end: end))
        return try part(.aggregation(node), above: arguments.map(\.height).max() ?? 0)
    }

    private mutating func parseGrouping() throws(QueryError) -> (labels: [String], isWithout: Bool)? {
        guard token.kind == .keyword(.by) || token.kind == .keyword(.without) else { return nil }
        let isWithout = advance().kind == .keyword(.without)
        return (try parseGroupingLabels(), isWithout)
    }

    private func checkArgumentCount(
        _ operation: AggregationOperator, _ count: Int, at offset: Int
    ) throws(QueryError) {
        if count == 0 { throw error(at: offset, "no arguments for aggregate expression provided") }
        if operation.isExperimental, !options.experimentalFunctions {
            throw error(
                at: offset,
                "\(operation.rawValue)() is experimental and must be enabled with "
                    + "--enable-feature=promql-experimental-functions")
        }
        let wanted = operation.takesParameter ? 2 : 1
        guard count != wanted else { return }
        throw error(
            at: offset,
            "wrong number of arguments for aggregate expression provided, expected \(wanted), got \(count)")
    }
}

extension AggregationOperator {
    /// Needs the experimental-functions switch.
    package var isExperimental: Bool { self == .limitk || self == .limitRatio }
}
