struct QuantileOverTime: RangeFunction {
    /// One for each step.
    let quantiles: [Double]
    private var sorted: [Double] = []

    init(quantiles: [Double]) { self.quantiles = quantiles }

    mutating func value(_ window: RangeWindow) -> Double {
        sorted.removeAll(keepingCapacity: true)
        sorted.append(contentsOf: window.values)
        return Quantile.of(quantiles[window.step], &sorted)
    }
}

extension Evaluator {
    func quantileOverTime(_ node: CallExpression) throws -> Evaluated {
        let quantiles = try scalar(node.arguments[0])
        let result = try over(node, QuantileOverTime(quantiles: quantiles))
        if result.points > 0 { checkQuantiles(quantiles, at: node.arguments[0].position) }
        return result
    }
}
