import SignalModel

extension Evaluator {
    /// An arithmetic operator or a comparison between two vectors, after Prometheus' `VectorBinop`, for all steps
    /// of a pair of rows at once. What depends on which rows meet at a step is looked at step by step only where
    /// more than one row could meet.
    func match(
        _ node: BinaryExpression, _ matching: VectorMatching, _ left: SeriesTable, _ right: SeriesTable
    ) throws -> SeriesTable {
        let oneIsLeft = matching.cardinality == .oneToMany
        let operation = ElementwiseOperator(node, passing: node.returnsBool ? .verdict : .left, context)
        let many = oneIsLeft ? right : left
        let one = oneIsLeft ? left : right
        let sides = try MatchSides(many: many, one: one, matching, oneIsLeft: oneIsLeft, context)
        let keepsName = (node.isFilter || node.operation.isTrim) && !many.names.areDropped
        var result = MatchResult(
            steps: steps, matching: matching, keepsName: keepsName, many: many.names, one: one.names)
        try many.forEachRow { row, manyValues in
            for candidate in sides.candidates(of: row) {
                try context.hold(steps)
                try one.withRow(candidate) { oneValues in
                    try result.append(
                        many.labels[row], one.labels[candidate], group: sides.groupOfMany[row],
                        dropsName: keepsName && many.dropsName(row)
                    ) { target in
                        if oneIsLeft {
                            try operation.apply(oneValues, manyValues, target)
                        } else {
                            try operation.apply(manyValues, oneValues, target)
                        }
                    }
                }
            }
        }
        if matching.fillLeft != nil || matching.fillRight != nil {
            try fill(&result, many, one, sides, matching, oneIsLeft: oneIsLeft, operation)
        }
        var table = result.table
        if node.isFilter { table.clearFiltered() } else { table.removeAbsentRows() }
        return table
    }
}

extension SeriesTable {
    func withRow(_ row: Int, _ body: (UnsafeBufferPointer<Double>) throws -> Void) rethrows {
        try values.withUnsafeBufferPointer {
            try body(UnsafeBufferPointer(rebasing: $0[row * steps..<(row + 1) * steps]))
        }
    }

    mutating func removeAbsentRows() {
        let kept = (0..<count).filter { !isAbsent(row: $0) }
        if kept.count < count { self = picking(kept) }
    }
}
