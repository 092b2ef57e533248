import SignalModel

extension Evaluator {
    /// Takes histograms out of the operand of aggregations that have no meaning for them, and says so.
    func leavingOutHistograms(_ node: AggregationExpression, _ table: SeriesTable) throws -> SeriesTable {
        switch node.operation {
        case .min, .max, .stddev, .stdvar, .quantile:
            guard table.hasHistograms else { return table }
            HistogramNotes(context, at: node.operand.position).ignored(in: node.operation)
        case .topk, .bottomk:
            guard table.hasHistograms else { return table }
            HistogramNotes(context, at: node.position).ignored(in: node.operation)
        case .sum, .avg, .count, .group, .countValues, .limitk, .limitRatio: return table
        }
        return table.withoutHistograms()
    }

    /// Puts sums or means of histograms into `floats`, which is what the operand's floats came to. Where a group has
    /// both, or histograms that cannot be added, it has no value.
    func addingHistograms(
        _ node: AggregationExpression, _ table: SeriesTable, _ floats: SeriesTable
    ) throws -> SeriesTable {
        guard context.holdsHistograms, table.hasHistograms else { return floats }
        let grouping = try Grouping(table, node, context)
        let members = grouping.members
        // Box arithmetic made nonsense of groups with histograms; they are done anew.
        var result = floats
        for group in members.indices {
            for step in 0..<steps where members[group].contains(where: { HistogramBox.isBox(table[$0, step]) }) {
                try context.work(members[group].count)
                result[group, step] = try sum(node, table, members[group], step)
            }
        }
        result.removeAbsentRows()
        return result
    }

    private func sum(_ node: AggregationExpression, _ table: SeriesTable, _ members: [Int], _ step: Int) throws
        -> Double
    {
        var notes = HistogramNotes(context, at: node.operand.position)
        var sum: HistogramSum?
        var summands: [NativeHistogram] = []
        for row in members where !SeriesTable.isAbsent(table[row, step]) {
            guard HistogramBox.isBox(table[row, step]) else {
                notes.mixedInAggregation()
                return SeriesTable.absent
            }
            let histogram = context.histogram(table[row, step])
            summands.append(histogram)
            guard var known = sum else {
                sum = HistogramSum(histogram)
                continue
            }
            // One copy of the buckets: the sum's own.
            sum = nil
            do throws(IncompatibleHistograms) { try known.add(histogram) } catch {
                notes.name = table.effectiveName(row)
                notes.mixedSchemas()
                return SeriesTable.absent
            }
            sum = known
        }
        guard let sum else { return SeriesTable.absent }
        if sum.countersCollided { notes.countersCollided(in: .aggregation) }
        if sum.boundsDiffered { notes.boundsDiffered(in: .aggregation) }
        guard node.operation == .avg else { return try context.keep(sum.value) }
        if sum.hasOverflowed, let mean = try? HistogramSum.mean(of: summands) { return try context.keep(mean) }
        return try context.keep(sum.mean)
    }
}
