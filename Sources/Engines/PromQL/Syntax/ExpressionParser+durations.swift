import SignalModel

extension ExpressionParser {
    /// What an error inside a duration expression reads like depends on where the expression stands.
    typealias Complaint = (ExpressionParser) -> QueryError

    private static let signPrecedence = 2

    private static func precedence(_ operation: BinaryOperator) -> Int? {
        switch operation {
        case .add, .subtract: 1
        case .multiply, .divide, .modulo: 2
        case .power: 3
        default: nil
        }
    }

    /// The range or step in `[range:step]`: where it is a constant it must be more than nothing.
    mutating func parsePositiveDuration(_ complaint: Complaint) throws(QueryError) -> DurationExpression {
        let start = token.position.start
        let duration = try parseDurationOperators(above: 0, complaint)
        if let seconds = duration.literalSeconds, seconds <= 0 {
            throw error(at: start, "duration must be greater than 0")
        }
        return duration.collapsed
    }

    /// The length behind `offset`. Bare lengths end there, so that `foo offset -2 ^ 2` squares the offset
    /// series; only behind a parenthesis may operators follow.
    mutating func parseOffsetDuration() throws(QueryError) -> DurationExpression {
        let complaint: Complaint = { parser in
            parser.unexpected(in: "offset", expected: "number, duration, step(), or range()")
        }
        let sign = token
        let isSigned = token.kind == .operation(.add) || token.kind == .operation(.subtract)
        if !isSigned, token.kind == .leftParen { return try parseDurationOperators(above: 0, complaint).collapsed }
        if isSigned { advance() }
        let operand = try parseDurationOperand(complaint)
        return try isSigned ? signed(sign, operand).collapsed : operand.collapsed
    }

    private mutating func parseDurationOperators(
        above floor: Int, _ complaint: Complaint
    ) throws(QueryError) -> DurationExpression {
        let start = token.position.start
        var left = try parseDurationOperand(complaint)
        while case .operation(let operation) = token.kind, let precedence = Self.precedence(operation),
            precedence > floor
        {
            let place = advance().position.start
            let rightFloor = operation == .power ? precedence - 1 : precedence
            let right = try nested { parser throws(QueryError) in
                try parser.parseDurationOperators(above: rightFloor, complaint)
            }
            try requireDurationExpressions(at: start)
            if right.literalSeconds == 0, operation == .divide { throw error(at: place, "division by zero") }
            if right.literalSeconds == 0, operation == .modulo { throw error(at: place, "modulo by zero") }
            left = .binary(operation, left, right)
            // Left-leaning chains grow the tree without nesting.
            durationOperators += 1
            if durationOperators > PromQLParser.heightMax {
                throw error(at: start, "expression is nested more than \(PromQLParser.heightMax) levels deep")
            }
        }
        return left
    }

    private mutating func parseDurationOperand(_ complaint: Complaint) throws(QueryError) -> DurationExpression {
        let start = token
        switch start.kind {
        case .number, .duration: return try parseDurationLiteral()
        case .operation(.add), .operation(.subtract):
            advance()
            let operand = try nested { parser throws(QueryError) in
                try parser.parseDurationOperators(above: Self.signPrecedence, complaint)
            }
            return try signed(start, operand)
        case .leftParen:
            advance()
            let inner = try nested { parser throws(QueryError) in
                try parser.parseDurationOperators(above: 0, complaint)
            }
            guard token.kind == .rightParen else { throw complaint(self) }
            advance()
            try requireDurationExpressions(at: start.position.start + 1)
            return .parenthesised(inner)
        default:
            guard let function = durationFunction() else { throw complaint(self) }
            advance()
            return try parseDurationFunction(function, complaint)
        }
    }

    private enum DurationFunction { case step, range, minOf, maxOf }

    private func durationFunction() -> DurationFunction? {
        switch token.kind {
        case .preprocessor(.step): .step
        case .preprocessor(.range): .range
        case .aggregation(.min): .minOf
        case .aggregation(.max): .maxOf
        // Behind `offset` the outer rules cut the text, to which these are names.
        case .identifier where text(token).lowercased() == "min_of": .minOf
        case .identifier where text(token).lowercased() == "max_of": .maxOf
        default: nil
        }
    }

    private mutating func parseDurationFunction(
        _ function: DurationFunction, _ complaint: Complaint
    ) throws(QueryError) -> DurationExpression {
        guard token.kind == .leftParen else { throw complaint(self) }
        advance()
        var arguments: [DurationExpression] = []
        if function == .minOf || function == .maxOf {
            for index in 0..<2 {
                arguments.append(
                    try nested { parser throws(QueryError) in
                        try parser.parseDurationOperators(above: 0, complaint)
                    })
                guard index == 1 || token.kind == .comma else { throw complaint(self) }
                if index == 0 { advance() }
            }
        }
        guard token.kind == .rightParen else { throw complaint(self) }
        advance()
        return switch function {
        case .step: .step
        case .range: .range
        case .minOf: .minOf(arguments[0], arguments[1])
        case .maxOf: .maxOf(arguments[0], arguments[1])
        }
    }

    private mutating func parseDurationLiteral() throws(QueryError) -> DurationExpression {
        let literal = try parseNumberLiteral()
        guard literal.value.magnitude <= Double(DurationText.millisecondsMax) / 1000 else {
            throw error(at: literal.position.start, "duration out of range")
        }
        if !literal.isDuration { return .number(literal.value) }
        return .constant(milliseconds: Int64((literal.value * 1000).rounded()))
    }

    private func signed(_ sign: Token, _ operand: DurationExpression) throws(QueryError) -> DurationExpression {
        if sign.kind == .operation(.add) { return operand }
        return switch operand {
        case .constant(let milliseconds): .constant(milliseconds: -milliseconds)
        case .number(let value): .number(-value)
        default: .negate(operand)
        }
    }

    private func requireDurationExpressions(at offset: Int) throws(QueryError) {
        guard options.durationExpressions else {
            throw error(at: offset, "experimental duration expression is not enabled")
        }
    }
}

extension DurationExpression {
    /// The value of a bare number or duration, in seconds.
    fileprivate var literalSeconds: Double? {
        switch self {
        case .constant(let milliseconds): Double(milliseconds) / 1000
        case .number(let value): value
        default: nil
        }
    }

    /// A bare number outside arithmetic is a constant: `[300]` is `[5m]`. Digits below a millisecond, which
    /// no timestamp can tell apart, are cut off.
    fileprivate var collapsed: DurationExpression {
        guard case .number(let value) = self else { return self }
        // Nanoseconds first, as Prometheus does, so that 0.29 is 290 ms and not 289.
        return .constant(milliseconds: Int64(((value * 1e9).rounded() / 1e6).rounded(.towardZero)))
    }
}
