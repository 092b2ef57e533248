import SignalModel

extension Evaluator {
    /// `histogram_quantile(q, buckets)` of classic histograms.
    func histogramQuantile(_ node: CallExpression) throws -> Evaluated {
        let quantiles = try scalar(node.arguments[0])
        let table = try vector(node.arguments[1])
        checkQuantiles(quantiles, at: node.arguments[0].position)
        var result = SeriesTable(steps: steps)
        result.names = table.names
        try appendQuantiles(quantiles, table, node.arguments[1].position, to: &result) { $0 }
        try result.dropNames()
        return .vector(result)
    }

    /// `histogram_quantiles(buckets, label, q…)`: all of them at once, told apart by `label`.
    func histogramQuantiles(_ node: CallExpression) throws -> Evaluated {
        let table = try vector(node.arguments[0])
        let name = try string(node.arguments[1])
        if !Self.canNameLabel(name) { throw QueryError(.execution, "invalid label name in histogram_quantiles()") }
        var result = SeriesTable(steps: steps)
        result.names = table.names
        for argument in node.arguments.dropFirst(2) {
            let quantiles = try scalar(argument)
            checkQuantiles(quantiles, at: argument.position)
            let text = ValueFormat.openMetrics(quantiles[0])
            try appendQuantiles(quantiles, table, node.arguments[0].position, to: &result) {
                $0.setting(name, to: text)
            }
        }
        try result.dropNames()
        // The label may have been there before.
        try result.mergeDuplicates()
        return .vector(result)
    }

    private func appendQuantiles(
        _ quantiles: [Double], _ table: SeriesTable, _ position: PositionRange, to result: inout SeriesTable,
        labelled: (Labels) -> Labels
    ) throws {
        var buckets: [ClassicBucket] = []
        for histogram in classicHistograms(table, at: position) {
            try context.hold(steps)
            result.appendRow(labelled(histogram.labels)) { row in
                var isKept = false
                for step in row.indices {
                    histogram.buckets(table, at: step, into: &buckets)
                    if buckets.isEmpty { continue }
                    var isForced = false
                    row[step] = ClassicQuantile.of(quantiles[step], &buckets, &isForced)
                    if isForced { informOfForcing(table, histogram, position) }
                    isKept = true
                }
                return isKept
            }
        }
    }

    private func informOfForcing(_ table: SeriesTable, _ histogram: ClassicHistogram, _ position: PositionRange) {
        let name = table.names.areDropped ? "" : histogram.labels.name ?? ""
        context.inform(
            "input to histogram_quantile needed to be fixed for monotonicity "
                + "(see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
                + (name.isEmpty ? "" : " for metric name \(quotedText(name))"), at: position)
    }

    /// Functions only native histograms have an answer to; floats are left out.
    func ofNativeHistograms(_ node: CallExpression) throws -> Evaluated {
        _ = try vector(node.arguments[0])
        return .vector(SeriesTable(steps: steps))
    }
}
