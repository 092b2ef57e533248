import Glibc
import SignalModel

/// Functions of the samples in a window; nil leaves the step without a value.
enum RangeFunctions {
    typealias Function = @Sendable (inout Evaluator.Window, [Double], Int64) throws -> Double?

    static let table: [String: Function] = [
        "rate": { window, _, _ in extrapolated(window, isCounter: true, isRate: true) },
        "increase": { window, _, _ in extrapolated(window, isCounter: true, isRate: false) },
        "delta": { window, _, _ in extrapolated(window, isCounter: false, isRate: false) },
        "irate": { window, _, _ in instantaneous(window, isRate: true) },
        "idelta": { window, _, _ in instantaneous(window, isRate: false) },
        "deriv": { window, _, _ in window.count < 2 ? nil : regression(window, at: window.timestamps[window.lower]).slope },
        "predict_linear": { window, parameters, time in
            guard window.count >= 2 else { return nil }
            let line = regression(window, at: time)
            return line.slope * parameters[0] + line.intercept
        },
        "sum_over_time": { window, _, _ in KahanSum.of(window.slice) },
        "avg_over_time": { window, _, _ in KahanSum.average(Array(window.slice)[...]) },
        "count_over_time": { window, _, _ in Double(window.count) },
        "min_over_time": { window, _, _ in window.slice.dropFirst().reduce(window.slice.first ?? .nan) { $1 < $0 || $0.isNaN ? $1 : $0 } },
        "max_over_time": { window, _, _ in window.slice.dropFirst().reduce(window.slice.first ?? .nan) { $1 > $0 || $0.isNaN ? $1 : $0 } },
        "stdvar_over_time": { window, _, _ in KahanSum.variance(Array(window.slice)[...]) },
        "stddev_over_time": { window, _, _ in KahanSum.variance(Array(window.slice)[...]).squareRoot() },
        "last_over_time": { window, _, _ in window.slice.last },
        "first_over_time": { window, _, _ in window.slice.first },
        "present_over_time": { _, _, _ in 1 },
        "quantile_over_time": { window, parameters, _ in Quantile.of(parameters[0], window.slice) },
        "mad_over_time": { window, _, _ in
            let median = Quantile.of(0.5, window.slice)
            return Quantile.of(0.5, window.slice.map { abs($0 - median) })
        },
        "changes": { window, _, _ in
            var count = 0.0
            for (a, b) in zip(window.slice, window.slice.dropFirst()) where a != b && !(a.isNaN && b.isNaN) { count += 1 }
            return count
        },
        "resets": { window, _, _ in
            var count = 0.0
            for (a, b) in zip(window.slice, window.slice.dropFirst()) where b < a { count += 1 }
            return count
        },
    ]

    /// Prometheus' extrapolatedRate: the change between the first and last sample, stretched to the window's ends
    /// where samples lie close enough to them, and for counters never below zero.
    private static func extrapolated(_ window: Evaluator.Window, isCounter: Bool, isRate: Bool) -> Double? {
        guard window.count >= 2 else { return nil }
        let first = window.lower
        let last = window.upper - 1
        var change = window.values[last] - window.values[first]
        if isCounter {
            var previous = window.values[first]
            for index in first + 1...last {
                let value = window.values[index]
                if value < previous { change += previous }
                previous = value
            }
        }
        var toStart = Double(window.timestamps[first] - window.from) / 1000
        var toEnd = Double(window.through - window.timestamps[last]) / 1000
        let sampled = Double(window.timestamps[last] - window.timestamps[first]) / 1000
        let spacing = sampled / Double(window.count - 1)
        let threshold = spacing * 1.1
        if toStart >= threshold { toStart = spacing / 2 }
        if isCounter, change > 0, window.values[first] >= 0 {
            let toZero = sampled * (window.values[first] / change)
            if toZero < toStart { toStart = toZero }
        }
        if toEnd >= threshold { toEnd = spacing / 2 }
        var factor = (sampled + toStart + toEnd) / sampled
        if isRate { factor /= Double(window.through - window.from) / 1000 }
        return change * factor
    }

    private static func instantaneous(_ window: Evaluator.Window, isRate: Bool) -> Double? {
        guard window.count >= 2 else { return nil }
        let last = window.upper - 1
        let span = Double(window.timestamps[last] - window.timestamps[last - 1]) / 1000
        if span == 0 { return nil }
        let value = window.values[last]
        let previous = window.values[last - 1]
        if !isRate { return value - previous }
        return (value < previous ? value : value - previous) / span
    }

    private static func regression(_ window: Evaluator.Window, at intercept: Int64) -> (slope: Double, intercept: Double) {
        var x = KahanSum()
        var y = KahanSum()
        var xy = KahanSum()
        var xx = KahanSum()
        let first = window.values[window.lower]
        var isConstant = true
        for index in window.lower..<window.upper {
            let value = window.values[index]
            if value != first { isConstant = false }
            let distance = Double(window.timestamps[index] - intercept) / 1000
            x.add(distance)
            y.add(value)
            xy.add(distance * value)
            xx.add(distance * distance)
        }
        if isConstant { return first.isInfinite ? (.nan, .nan) : (0, first) }
        let count = Double(window.count)
        let covariance = xy.value - x.value * y.value / count
        let variance = xx.value - x.value * x.value / count
        let slope = covariance / variance
        return (slope, y.value / count - slope * x.value / count)
    }
}

extension Evaluator.Window {
    var slice: ArraySlice<Double> { ArraySlice(values[lower..<upper]) }
}
