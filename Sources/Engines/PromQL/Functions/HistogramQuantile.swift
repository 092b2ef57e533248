import SignalModel

extension Evaluator {
    /// `histogram_quantile(q, v)` of classic and native histograms.
    func histogramQuantile(_ node: CallExpression) throws -> Evaluated {
        let quantiles = try scalar(node.arguments[0])
        let table = try vector(node.arguments[1])
        checkQuantiles(quantiles, at: node.arguments[0].position)
        var result = SeriesTable(steps: steps)
        result.names = table.names
        let positions = (node.arguments[0].position, node.arguments[1].position)
        try appendQuantiles(quantiles, table, positions, to: &result) { $0 }
        try result.dropNames()
        return .vector(result)
    }

    /// `histogram_quantiles(v, label, q…)`: all of them at once, told apart by `label`.
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
            let positions = (node.arguments[0].position, node.arguments[0].position)
            try appendQuantiles(quantiles, table, positions, to: &result) { $0.setting(name, to: text) }
        }
        try result.dropNames()
        // The label may have been there before.
        try result.mergeDuplicates()
        return .vector(result)
    }

    /// `positions`: where what is told of native histograms points to, and what is told of classic ones.
    private func appendQuantiles(
        _ quantiles: [Double], _ table: SeriesTable, _ positions: (PositionRange, PositionRange),
        to result: inout SeriesTable, labelled: (Labels) -> Labels
    ) throws {
        try forEachHistogram(
            table, at: positions.1, to: &result, labelled: labelled,
            native: { histogram, name, step in
                var nan = NaNObservations.none
                let value = histogram.quantile(quantiles[step], &nan)
                HistogramNotes(context, at: positions.0, name: name).quantile(nan)
                return value
            },
            classic: { buckets, name, step in
                var isForced = false
                let value = ClassicQuantile.of(quantiles[step], &buckets, &isForced)
                if isForced { informOfForcing(name, positions.1) }
                return value
            })
    }

    /// Calls `native` or `classic` for each histogram at each step, with the metric's name, and appends rows of what
    /// they say. Where a classic and a native histogram have the same labels at one step, neither has an answer.
    func forEachHistogram(
        _ table: SeriesTable, at position: PositionRange, to result: inout SeriesTable,
        labelled: (Labels) -> Labels, native: (NativeHistogram, String, Int) -> Double,
        classic: (inout [ClassicBucket], String, Int) -> Double
    ) throws {
        let rows = HistogramRows(table, context)
        var conflicts = rows.conflicts()
        /// By native row, the steps at which a classic histogram stands in its way.
        var taken: [Int: Set<Int>] = [:]
        var buckets: [ClassicBucket] = []
        for histogram in classicHistograms(rows.classic, at: position) {
            try context.hold(steps)
            let name = table.names.areDropped ? "" : histogram.labels.name ?? ""
            let rival = conflicts.isEmpty ? nil : conflicts[histogram.labels]
            result.appendRow(labelled(histogram.labels)) { row in
                var isKept = false
                for step in row.indices {
                    histogram.buckets(rows.classic, at: step, into: &buckets)
                    if buckets.isEmpty { continue }
                    if let rival, HistogramBox.isBox(table[rival, step]) {
                        taken[rival, default: []].insert(step)
                        HistogramNotes(context, at: position, name: name).mixedWithClassic()
                        continue
                    }
                    row[step] = classic(&buckets, name, step)
                    isKept = true
                }
                return isKept
            }
        }
        conflicts.removeAll()
        for source in rows.native {
            try context.hold(steps)
            let name = table.effectiveName(source)
            let labels = table.effectiveLabels(source)
            result.appendRow(labelled(labels)) { row in
                var isKept = false
                for step in row.indices where HistogramBox.isBox(table[source, step]) {
                    if taken[source]?.contains(step) == true { continue }
                    row[step] = native(context.histogram(table[source, step]), name, step)
                    isKept = true
                }
                return isKept
            }
        }
        // A series may be classic at some steps and native at others.
        if !rows.native.isEmpty, rows.classic.count > 0 { try result.mergeDuplicates() }
    }

    private func informOfForcing(_ name: String, _ position: PositionRange) {
        context.inform(
            "input to histogram_quantile needed to be fixed for monotonicity "
                + "(see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
                + (name.isEmpty ? "" : " for metric name \(quotedText(name))"), at: position)
    }
}
