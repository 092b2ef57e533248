/// `double_exponential_smoothing`: Holt's linear method. The larger `smoothing`, the less old values count; the
/// larger `trend`, the more a trend does.
struct DoubleExponentialSmoothing: RangeFunction {
    /// One of each for each step.
    let smoothing: [Double]
    let trend: [Double]

    mutating func value(_ window: RangeWindow) -> Double {
        guard window.count >= 2 else { return SeriesTable.absent }
        let smoothing = smoothing[window.step]
        let trend = trend[window.step]
        var previous = 0.0
        var level = window.first
        var slope = window.value(window.lower + 1) - window.first
        for index in window.lower + 1..<window.upper {
            if index > window.lower + 1 { slope = trend * (level - previous) + (1 - trend) * slope }
            let smoothed = smoothing * window.value(index) + (1 - smoothing) * (level + slope)
            previous = level
            level = smoothed
        }
        return level
    }
}

extension Evaluator {
    func doubleExponentialSmoothing(_ node: CallExpression) throws -> Evaluated {
        let smoothing = try scalar(node.arguments[1])
        let trend = try scalar(node.arguments[2])
        try check(smoothing, "smoothing", "sf")
        try check(trend, "trend", "tf")
        return try over(node, DoubleExponentialSmoothing(smoothing: smoothing, trend: trend))
    }

    private func check(_ factors: [Double], _ name: String, _ letter: String) throws {
        guard let bad = factors.first(where: { !($0 > 0 && $0 < 1) }) else { return }
        throw QueryError(
            .execution,
            "invalid \(name) factor. Expected: 0 < \(letter) < 1, got: \(NumberText.fixed(bad, digits: 6))")
    }
}
