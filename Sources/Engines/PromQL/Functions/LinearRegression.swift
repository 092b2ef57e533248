/// The straight line that fits a window's samples best (least squares, compensated sums).
struct LinearRegression {
    /// By second.
    let slope: Double
    let intercept: Double

    /// The intercept is at `time`, in milliseconds.
    @inline(__always)
    init(_ window: RangeWindow, at time: Int64) {
        var x = KahanSum()
        var y = KahanSum()
        var xy = KahanSum()
        var xx = KahanSum()
        let first = window.first
        var isConstant = true
        for index in window.lower..<window.upper {
            let value = window.value(index)
            // NaN differs from itself, but one sample alone is constant whatever it is.
            if index > window.lower, value != first { isConstant = false }
            let distance = Double(window.timestamp(index) - time) / 1000
            x.add(distance)
            y.add(value)
            xy.add(distance * value)
            xx.add(distance * distance)
        }
        if isConstant {
            slope = first.isInfinite ? .nan : 0
            intercept = first.isInfinite ? .nan : first
            return
        }
        let count = Double(window.count)
        let sumX = x.sum + x.compensation
        let sumY = y.sum + y.compensation
        let covariance = (xy.sum + xy.compensation) - sumX * sumY / count
        let variance = (xx.sum + xx.compensation) - sumX * sumX / count
        slope = covariance / variance
        intercept = sumY / count - slope * sumX / count
    }
}

/// `deriv`: the slope.
struct Derivative: RangeFunction {
    @inline(__always)
    mutating func value(_ window: RangeWindow) -> Double {
        guard window.count >= 2 else { return SeriesTable.absent }
        return LinearRegression(window, at: window.timestamp(window.lower)).slope
    }
}

/// `predict_linear`: where the line will be so many seconds after the evaluation time.
struct LinearPrediction: RangeFunction {
    /// One for each step.
    let seconds: [Double]

    @inline(__always)
    mutating func value(_ window: RangeWindow) -> Double {
        guard window.count >= 2 else { return SeriesTable.absent }
        let line = LinearRegression(window, at: window.time)
        return line.slope * seconds[window.step] + line.intercept
    }
}

extension Evaluator {
    func predictLinear(_ node: CallExpression) throws -> Evaluated {
        try over(node, LinearPrediction(seconds: try scalar(node.arguments[1])))
    }
}
