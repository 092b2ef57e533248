extension ExpressionParser {
    /// Binding strengths; unary signs stand between `*` and `^`, so `-2^2` is `-(2^2)`.
    private static let signPrecedence = 5

    private static func precedence(_ operation: BinaryOperator) -> Int {
        switch operation {
        case .or: 1
        case .and, .unless: 2
        case .equal, .notEqual, .greater, .less, .greaterOrEqual, .lessOrEqual, .trimUpper, .trimLower: 3
        case .add, .subtract: 4
        case .multiply, .divide, .modulo, .atan2: 5
        case .power: 6
        }
    }

    mutating func parseExpression() throws(QueryError) -> Part { try parseOperators(above: 0) }

    /// An operand and the operators behind it that bind stronger than `floor`.
    private mutating func parseOperators(above floor: Int) throws(QueryError) -> Part {
        var left = try parseOperand()
        while case .operation(let operation) = token.kind {
            let precedence = Self.precedence(operation)
            guard precedence > floor else { break }
            advance()
            let modifiers = try parseBinaryModifiers(operation)
            // `^` associates to the right: its own kind may follow in its right operand.
            let rightFloor = operation == .power ? precedence - 1 : precedence
            let right = try nested { parser throws(QueryError) in try parser.parseOperators(above: rightFloor) }
            left = try combine(left, operation, modifiers, right)
        }
        return left
    }

    private mutating func combine(
        _ left: Part, _ operation: BinaryOperator, _ modifiers: BinaryModifiers, _ right: Part
    ) throws(QueryError) -> Part {
        let position = PositionRange(start: left.expression.position.start, end: right.expression.position.end)
        var matching = modifiers.matching
        if matching.fillLeft != nil || matching.fillRight != nil, !options.fillModifiers {
            throw error(at: position.start, "binop fill modifiers are experimental and not enabled")
        }
        if operation.isSetOperator, matching.cardinality == .oneToOne { matching.cardinality = .manyToMany }
        let isBetweenVectors = left.expression.type == .vector && right.expression.type == .vector
        if !isBetweenVectors, modifiers.isMatchingWritten { misplacedMatchings[position] = matching }
        let node = BinaryExpression(
            operation: operation, left: left.expression, right: right.expression,
            matching: isBetweenVectors ? matching : nil, returnsBool: modifiers.returnsBool, position: position)
        return try part(.binary(node), above: max(left.height, right.height))
    }

    /// A sign, or a primary with the modifiers behind it.
    private mutating func parseOperand() throws(QueryError) -> Part {
        switch token.kind {
        case .operation(.add): try parseSigned(.plus)
        case .operation(.subtract): try parseSigned(.minus)
        default: try parseModifiers(of: try parsePrimary())
        }
    }

    private mutating func parseSigned(_ operation: UnaryExpression.Operator) throws(QueryError) -> Part {
        let sign = advance()
        let operand = try nested { parser throws(QueryError) in
            try parser.parseOperators(above: Self.signPrecedence)
        }
        let position = PositionRange(start: sign.position.start, end: operand.expression.position.end)
        // A sign before a literal is part of it.
        if case .number(var literal) = operand.expression {
            if operation == .minus { literal.value = -literal.value }
            literal.position = position
            return Part(expression: .number(literal), height: operand.height)
        }
        let node = UnaryExpression(operation: operation, operand: operand.expression, position: position)
        return try part(.unary(node), above: operand.height)
    }
}
