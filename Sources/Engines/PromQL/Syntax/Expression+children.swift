extension Expression {
    /// The expressions directly below, in the order they are written and checked.
    package var children: [Expression] {
        switch self {
        case .number, .string, .vectorSelector, .matrixSelector: []
        case .parenthesised(let inner, _): [inner]
        case .unary(let node): [node.operand]
        case .binary(let node): [node.left, node.right]
        case .aggregation(let node): node.parameter.map { [$0, node.operand] } ?? [node.operand]
        case .call(let node): node.arguments
        case .subquery(let node): [node.operand]
        }
    }

    /// Every selector in the tree, the ones under `[…]` included.
    package var selectors: [VectorSelector] {
        switch self {
        case .vectorSelector(let selector): [selector]
        case .matrixSelector(let node): [node.selector]
        default: children.flatMap(\.selectors)
        }
    }

    /// What the expression is apart from parentheses around it.
    package var unwrapped: Expression {
        if case .parenthesised(let inner, _) = self { return inner.unwrapped }
        return self
    }
}
