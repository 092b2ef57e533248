extension Evaluator {
    /// `histogram_fraction(lower, upper, buckets)` of classic histograms: the share of observations in between.
    func histogramFraction(_ node: CallExpression) throws -> Evaluated {
        let lower = try scalar(node.arguments[0])
        let upper = try scalar(node.arguments[1])
        let table = try vector(node.arguments[2])
        var result = SeriesTable(steps: steps)
        result.names = table.names
        var buckets: [ClassicBucket] = []
        for histogram in classicHistograms(table, at: node.arguments[2].position) {
            try context.hold(steps)
            result.appendRow(histogram.labels) { row in
                var isKept = false
                for step in row.indices {
                    histogram.buckets(table, at: step, into: &buckets)
                    if buckets.isEmpty { continue }
                    row[step] = ClassicFraction.of(lower[step], upper[step], buckets)
                    isKept = true
                }
                return isKept
            }
        }
        try result.dropNames()
        return .vector(result)
    }
}
