extension Expression {
    /// The same tree with every position zero: equal for two texts that differ in layout only.
    package var withoutPositions: Expression {
        let nowhere = PositionRange(start: 0, end: 0)
        switch self {
        case .number(var node):
            node.position = nowhere
            return .number(node)
        case .string(var node):
            node.position = nowhere
            return .string(node)
        case .parenthesised(let inner, _): return .parenthesised(inner.withoutPositions, nowhere)
        case .unary(var node):
            node.operand = node.operand.withoutPositions
            node.position = nowhere
            return .unary(node)
        case .binary(var node):
            node.left = node.left.withoutPositions
            node.right = node.right.withoutPositions
            node.position = nowhere
            return .binary(node)
        case .aggregation(var node):
            node.operand = node.operand.withoutPositions
            node.parameter = node.parameter?.withoutPositions
            node.position = nowhere
            return .aggregation(node)
        case .call(var node):
            node.arguments = node.arguments.map(\.withoutPositions)
            node.position = nowhere
            return .call(node)
        case .vectorSelector(var node):
            node.position = nowhere
            return .vectorSelector(node)
        case .matrixSelector(var node):
            node.selector.position = nowhere
            node.position = nowhere
            return .matrixSelector(node)
        case .subquery(var node):
            node.operand = node.operand.withoutPositions
            node.position = nowhere
            return .subquery(node)
        }
    }
}
