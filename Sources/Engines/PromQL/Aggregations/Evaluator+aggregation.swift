import SignalModel

extension Evaluator {
    func aggregate(_ node: AggregationExpression) throws -> SeriesTable {
        var table = try vector(node.operand)
        if context.holdsHistograms { table = try leavingOutHistograms(node, table) }
        switch node.operation {
        case .sum: return try addingHistograms(node, table, try reduce(node, table, SumAggregate.self))
        case .avg: return try addingHistograms(node, table, try reduce(node, table, AverageAggregate.self))
        case .count: return try reduce(node, table, CountAggregate.self)
        case .group: return try reduce(node, table, GroupAggregate.self)
        case .min: return try reduce(node, table, MinimumAggregate.self)
        case .max: return try reduce(node, table, MaximumAggregate.self)
        case .stdvar: return try reduce(node, table, VarianceAggregate.self)
        case .stddev: return try reduce(node, table, DeviationAggregate.self)
        case .quantile: return try quantile(node, table)
        case .topk: return try extremes(node, table, isTop: true)
        case .bottomk: return try extremes(node, table, isTop: false)
        case .limitk: return try limitCount(node, table)
        case .limitRatio: return try limitRatio(node, table)
        case .countValues: return try countValues(node, table)
        }
    }

    private func reduce<Reduction: Aggregate>(
        _ node: AggregationExpression, _ table: SeriesTable, _ reduction: Reduction.Type
    ) throws -> SeriesTable {
        let grouping = try Grouping(table, node, context)
        try context.hold(grouping.labels.count * steps)
        var sums = Reduction(groups: grouping.labels.count, steps: steps)
        try table.forEachRow { row, values in
            try context.work(steps)
            sums.add(values, toGroup: grouping.groupOfRow[row])
        }
        let values = sums.result()
        return self.table(grouping, node) { group in values[group * steps..<(group + 1) * steps] }
    }

    /// One row a group.
    func table(
        _ grouping: Grouping, _ node: AggregationExpression, _ row: (Int) throws -> ArraySlice<Double>
    ) rethrows -> SeriesTable {
        var result = SeriesTable(steps: steps, names: grouping.names(node))
        result.reserve(rows: grouping.labels.count)
        for (group, labels) in grouping.labels.enumerated() {
            result.append(labels, try row(group), dropsName: grouping.areDelayed && grouping.dropsName[group])
        }
        return result
    }

    /// The parameter before the operand, a value for each step.
    func parameter(_ node: AggregationExpression) throws -> [Double] {
        guard let parameter = node.parameter else {
            throw QueryError(.execution, "aggregation \(node.operation.rawValue) needs a parameter")
        }
        return try scalar(parameter)
    }

    /// How many elements a parameter asks for at each step.
    func counts(_ node: AggregationExpression) throws -> [Int] {
        try parameter(node).map { value in
            if value.isNaN { throw QueryError(.execution, "Parameter value is NaN") }
            guard let count = Int(exactly: value.rounded(.towardZero)) else {
                throw QueryError(.execution, "Scalar value \(ValueFormat.general(value)) overflows int64")
            }
            return max(0, count)
        }
    }
}
