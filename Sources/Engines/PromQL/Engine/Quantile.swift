/// Quantiles of a set of values, linear between ranks.
enum Quantile {
    /// Sorts `values`; NaN counts as the smallest.
    static func of(_ quantile: Double, _ values: inout [Double]) -> Double {
        if values.isEmpty || quantile.isNaN { return .nan }
        if quantile < 0 { return -.infinity }
        if quantile > 1 { return .infinity }
        values.sort { $0 < $1 || ($0.isNaN && !$1.isNaN) }
        let rank = quantile * Double(values.count - 1)
        let lower = rank.rounded(.down)
        let upper = min(Double(values.count - 1), lower + 1)
        let weight = rank - lower
        return values[Int(lower)] * (1 - weight) + values[Int(upper)] * weight
    }

    static func isValid(_ quantile: Double) -> Bool { quantile >= 0 && quantile <= 1 }
}

extension Evaluator {
    /// Tells of quantiles that have only infinities or NaN for an answer.
    func checkQuantiles(_ quantiles: [Double], at position: PositionRange) {
        var told: Set<UInt64> = []
        for quantile in quantiles where !Quantile.isValid(quantile) {
            guard told.insert(quantile.bitPattern).inserted else { continue }
            context.warn(
                "quantile value should be between 0 and 1, got \(ValueFormat.general(quantile))", at: position)
        }
    }
}
