extension TypeChecker {
    func checkBinary(_ node: BinaryExpression) throws(QueryError) -> ValueType {
        let left = try check(node.left)
        let right = try check(node.right)
        // Where the operator stands: the first thing behind the left operand.
        let place = source.skippingBlank(node.left.position.end)
        if node.returnsBool, !node.operation.isComparison {
            throw source.error(at: place, "bool modifier can only be used on comparison operators")
        }
        if node.operation.isComparison, !node.returnsBool, left == .scalar, right == .scalar {
            throw source.error(at: place, "comparisons between scalars must use BOOL modifier")
        }
        let matching = node.matching ?? misplacedMatchings[node.position]
        if let matching, matching.isOn, let label = matching.labels.first(where: matching.include.contains) {
            throw source.error(
                at: place, "label \(quotedText(label)) must not occur in ON and GROUP clause at once")
        }
        for (type, operand) in [(left, node.left), (right, node.right)] where type != .scalar && type != .vector {
            throw error(
                at: operand.position, "binary expression must contain only scalar and instant vector types")
        }
        if left == .vector, right == .vector {
            try checkSetOperator(node, matching)
            return .vector
        }
        try checkScalarSide(node, matching)
        return left == .scalar && right == .scalar ? .scalar : .vector
    }

    private func checkSetOperator(_ node: BinaryExpression, _ matching: VectorMatching?) throws(QueryError) {
        guard node.operation.isSetOperator, let matching else { return }
        if matching.cardinality != .manyToMany {
            throw error(
                at: node.position, "no grouping allowed for \(quotedText(node.operation.rawValue)) operation")
        }
        if matching.fillLeft != nil || matching.fillRight != nil {
            throw error(at: node.position, "filling in missing series not allowed for set operators")
        }
    }

    private func checkScalarSide(_ node: BinaryExpression, _ matching: VectorMatching?) throws(QueryError) {
        if let matching {
            throw error(
                at: node.position,
                matching.labels.isEmpty
                    ? "filling in missing series only allowed between instant vectors"
                    : "vector matching only allowed between instant vectors")
        }
        if node.operation.isSetOperator {
            throw error(
                at: node.position,
                "set operator \(quotedText(node.operation.rawValue)) not allowed in binary scalar expression")
        }
    }
}
