import SignalModel

extension Evaluator {
    /// `count_values("label", v)`: how many members of a group have each value.
    func countValues(_ node: AggregationExpression, _ table: SeriesTable) throws -> SeriesTable {
        guard let parameter = node.parameter else {
            throw QueryError(.execution, "aggregation \(node.operation.rawValue) needs a parameter")
        }
        let name = try string(parameter)
        if !Self.canNameLabel(name) { throw QueryError(.execution, "invalid label name \(quotedText(name))") }
        let grouping = try Grouping(table, node, context)
        var result = SeriesTable(steps: steps, names: grouping.names(node))
        if name == Labels.metricName { result.names.areShared = false }
        var index = LabelIndex(LabelProjection(dropping: [], ignoringMetadata: false))
        // `without` applies to the new label too, and always to the name.
        let isLabelDropped = node.isWithout && (name == Labels.metricName || node.grouping.contains(name))
        // The label set of a value is made once a group, not once a sample.
        var places: [ValueOfGroup: Int] = [:]
        for row in 0..<table.count {
            try context.work(steps)
            for step in 0..<steps where !SeriesTable.isAbsent(table[row, step]) {
                let value = table[row, step]
                let key = ValueOfGroup(
                    group: grouping.groupOfRow[row],
                    bits: value.isNaN && !HistogramBox.isBox(value) ? Double.nan.bitPattern : value.bitPattern)
                let place: Int
                if let known = places[key] {
                    place = known
                } else {
                    let labels =
                        isLabelDropped
                        ? grouping.labels[key.group]
                        : grouping.labels[key.group].setting(
                            name,
                            to: HistogramBox.isBox(value)
                                ? context.histogram(value).text : PlainDecimal.text(value))
                    place = index.place(labels)
                    places[key] = place
                    if place == result.count {
                        try context.hold(steps)
                        _ = result.appendAbsent(labels)
                    }
                }
                result[place, step] = SeriesTable.isAbsent(result[place, step]) ? 1 : result[place, step] + 1
            }
        }
        return result
    }

    private struct ValueOfGroup: Hashable {
        var group: Int
        var bits: UInt64
    }
}
