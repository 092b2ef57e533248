extension Evaluator {
    /// `time()`: the evaluation time in seconds.
    func time() throws -> Evaluated {
        try context.hold(steps)
        return .scalar((0..<steps).map { Double(grid.time($0)) / 1000 })
    }

    /// `timestamp(v)`: of a selector the time of the sample found, of anything else the evaluation time.
    func timestamp(_ node: CallExpression) throws -> Evaluated {
        var table: SeriesTable
        if case .vectorSelector(let selector) = node.arguments[0].unwrapped {
            table = try select(selector, taking: .time)
        } else {
            table = try vector(node.arguments[0])
            table.updateRows { _, row in
                for step in row.indices where !SeriesTable.isAbsent(row[step]) {
                    row[step] = Double(grid.time(step)) / 1000
                }
            }
        }
        try table.dropNames()
        return .vector(table)
    }

    /// `scalar(v)`: the value of the only series, NaN where there is none or several.
    func toScalar(_ node: CallExpression) throws -> Evaluated {
        let table = try floats(node.arguments[0])
        var values = try constant(.nan)
        var found = Array(repeating: 0, count: steps)
        table.forEachRow { _, row in
            for step in row.indices where !SeriesTable.isAbsent(row[step]) {
                found[step] += 1
                values[step] = found[step] == 1 ? row[step] : .nan
            }
        }
        return .scalar(values)
    }
}
