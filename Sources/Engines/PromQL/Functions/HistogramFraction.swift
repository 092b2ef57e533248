import SignalModel

extension Evaluator {
    /// `histogram_fraction(lower, upper, v)`: the share of observations in between, of classic and native histograms.
    func histogramFraction(_ node: CallExpression) throws -> Evaluated {
        let lower = try scalar(node.arguments[0])
        let upper = try scalar(node.arguments[1])
        let table = try vector(node.arguments[2])
        var result = SeriesTable(steps: steps)
        result.names = table.names
        try forEachHistogram(
            table, at: node.arguments[2].position, to: &result, labelled: { $0 },
            native: { histogram, name, step in
                var nan = NaNObservations.none
                let value = histogram.fraction(lower[step], upper[step], &nan)
                HistogramNotes(context, at: node.arguments[0].position, name: name).fraction(nan)
                return value
            },
            classic: { buckets, _, step in ClassicFraction.of(lower[step], upper[step], buckets) })
        try result.dropNames()
        return .vector(result)
    }
}
