import SignalModel

extension Evaluator {
    /// `absent(v)`: one at the steps where `v` has no series at all.
    func absent(_ node: CallExpression) throws -> Evaluated {
        try absent(node.arguments[0].unwrapped, in: try vector(node.arguments[0]))
    }

    func absentOverTime(_ node: CallExpression) throws -> Evaluated {
        let argument = try matrixArgument(node)
        return try absent(argument, in: try overWindows(argument, PresentOverTime()))
    }

    private func absent(_ argument: Expression, in table: SeriesTable) throws -> Evaluated {
        var values = try constant(1)
        table.forEachRow { _, row in
            for step in row.indices where !SeriesTable.isAbsent(row[step]) { values[step] = SeriesTable.absent }
        }
        var result = SeriesTable(steps: steps)
        if !values.allSatisfy(SeriesTable.isAbsent) { result.append(Self.impliedLabels(argument), values) }
        return .vector(result)
    }

    /// The labels a missing series would surely have: those of `=` matchers. A second matcher of the same name
    /// leaves it open again — unless it comes before, which is Prometheus' historic order.
    private static func impliedLabels(_ argument: Expression) -> Labels {
        let matchers: [Matcher]
        switch argument {
        case .vectorSelector(let selector): matchers = selector.matchers
        case .matrixSelector(let node): matchers = node.selector.matchers
        default: return .empty
        }
        var builder = LabelsBuilder()
        var settled: Set<String> = []
        for matcher in matchers where matcher.name != Labels.metricName {
            if matcher.operation == .equal, settled.insert(matcher.name).inserted {
                builder.set(matcher.name, matcher.value)
            } else {
                builder.remove(matcher.name)
            }
        }
        return builder.labels()
    }
}
