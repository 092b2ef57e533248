enum Magnitude: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { value.magnitude }
}

enum Ceiling: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { value.rounded(.up) }
}

enum Floor: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { value.rounded(.down) }
}

/// -1, 1, or the zero or NaN it was given.
enum Sign: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { value < 0 ? -1 : value > 0 ? 1 : value }
}

extension Evaluator {
    /// `round(v, to)`: to the nearest multiple, ties up. Multiplies by the inverse, so that `round(x, 0.1)`
    /// gives what people write and not 0.30000000000000004.
    func round(_ node: CallExpression) throws -> Evaluated {
        var table = try floats(node.arguments[0])
        let multiples = node.arguments.count > 1 ? try scalar(node.arguments[1]) : try constant(1)
        table.updateRows { _, row in
            for step in row.indices where !SeriesTable.isAbsent(row[step]) {
                let inverse = 1 / multiples[step]
                row[step] = (row[step] * inverse + 0.5).rounded(.down) / inverse
            }
        }
        try table.dropNames()
        return .vector(table)
    }
}
