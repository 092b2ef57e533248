import SignalModel

/// Checks that operands and arguments are of types their operators and functions take, in the order and the
/// words of Prometheus' `checkAST`.
struct TypeChecker {
    let source: QuerySource
    let misplacedMatchings: [PositionRange: VectorMatching]

    init(_ source: QuerySource, misplacedMatchings: [PositionRange: VectorMatching]) {
        self.source = source
        self.misplacedMatchings = misplacedMatchings
    }

    /// The type of `expression`, all parts of which are sound.
    func check(_ expression: Expression) throws(QueryError) -> ValueType {
        switch expression {
        case .number: return .scalar
        case .string: return .string
        case .parenthesised(let inner, _): return try check(inner)
        case .unary(let node): return try checkUnary(node)
        case .binary(let node): return try checkBinary(node)
        case .aggregation(let node): return try checkAggregation(node)
        case .call(let node): return try checkCall(node)
        case .vectorSelector(let node):
            try checkSelector(node)
            return .vector
        case .matrixSelector(let node):
            try checkSelector(node.selector)
            return .matrix
        case .subquery(let node): return try checkSubquery(node)
        }
    }

    func error(at position: PositionRange, _ reason: String) -> QueryError {
        source.error(at: position.start, reason)
    }

    private func checkUnary(_ node: UnaryExpression) throws(QueryError) -> ValueType {
        let type = try check(node.operand)
        guard type == .scalar || type == .vector else {
            throw error(
                at: node.position,
                "unary expression only allowed on expressions of type scalar or instant vector, "
                    + "got \(quotedText(type.rawValue))")
        }
        return type
    }

    private func checkAggregation(_ node: AggregationExpression) throws(QueryError) -> ValueType {
        try expect(.vector, of: node.operand, in: "aggregation expression")
        if let parameter = node.parameter {
            try expect(node.operation == .countValues ? .string : .scalar, of: parameter, in: "aggregation parameter")
        }
        return .vector
    }

    private func expect(_ wanted: ValueType, of expression: Expression, in context: String) throws(QueryError) {
        let type = try check(expression)
        guard type != wanted else { return }
        throw error(
            at: expression.position, "expected type \(wanted.rawValue) in \(context), got \(type.rawValue)")
    }

    private func checkSubquery(_ node: SubqueryExpression) throws(QueryError) -> ValueType {
        let type = try check(node.operand)
        guard type == .vector else {
            // Here alone Prometheus uses its short type names.
            let name = type == .matrix ? "matrix" : type.rawValue
            throw error(at: node.position, "subquery is only allowed on instant vector, got \(name) instead")
        }
        return .matrix
    }

    /// `mayBeOpen`: the selector may match everything.
    func checkSelector(_ selector: VectorSelector, mayBeOpen: Bool = false) throws(QueryError) {
        if let name = selector.name {
            guard let second = selector.matchers.dropLast().first(where: { $0.name == Labels.metricName }) else {
                return
            }
            throw error(
                at: selector.position,
                "metric name must not be set twice: \(quotedText(name)) or \(quotedText(second.value))")
        }
        if mayBeOpen || selector.matchers.contains(where: { !$0.matchesEmpty }) { return }
        throw error(at: selector.position, "vector selector must contain at least one non-empty matcher")
    }
}
