extension Evaluator {
    /// `clamp(v, min, max)`: nothing at a step where `max` is below `min`.
    func clamp(_ node: CallExpression) throws -> Evaluated {
        let lower = try scalar(node.arguments[1])
        let upper = try scalar(node.arguments[2])
        return try clamped(node) { value, step in
            upper[step] < lower[step]
                ? SeriesTable.absent : Extremes.maximum(lower[step], Extremes.minimum(upper[step], value))
        }
    }

    func clampMinimum(_ node: CallExpression) throws -> Evaluated {
        let lower = try scalar(node.arguments[1])
        return try clamped(node) { value, step in Extremes.maximum(lower[step], value) }
    }

    func clampMaximum(_ node: CallExpression) throws -> Evaluated {
        let upper = try scalar(node.arguments[1])
        return try clamped(node) { value, step in Extremes.minimum(upper[step], value) }
    }

    @inline(__always)
    private func clamped(_ node: CallExpression, _ bounded: (Double, Int) -> Double) throws -> Evaluated {
        var table = try floats(node.arguments[0])
        table.updateRows { _, row in
            for step in row.indices where !SeriesTable.isAbsent(row[step]) { row[step] = bounded(row[step], step) }
        }
        try table.dropNames()
        return .vector(table)
    }
}
