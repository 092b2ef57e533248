/// Compensated sums (Kahan 1965, Neumaier's variant), as Prometheus adds.
struct KahanSum {
    var sum = 0.0
    var compensation = 0.0

    @inline(__always)
    mutating func add(_ value: Double) {
        let total = sum + value
        if total.isInfinite {
            compensation = 0
        } else if abs(sum) >= abs(value) {
            compensation += (sum - total) + value
        } else {
            compensation += (value - total) + sum
        }
        sum = total
    }

    var value: Double { sum.isInfinite ? sum : sum + compensation }

    static func of(_ values: some Sequence<Double>) -> Double {
        var sum = KahanSum()
        for value in values { sum.add(value) }
        return sum.value
    }

    /// Falls back to an incremental mean only when the sum overflows.
    static func average(_ values: ArraySlice<Double>) -> Double {
        var sum = KahanSum()
        for value in values { sum.add(value) }
        if !sum.sum.isInfinite || values.contains(where: \.isInfinite) {
            let count = Double(values.count)
            return sum.sum.isInfinite ? sum.sum : sum.sum / count + sum.compensation / count
        }
        var mean = 0.0
        for (index, value) in values.enumerated() { mean += value / Double(index + 1) - mean / Double(index + 1) }
        return mean
    }

    static func variance(_ values: ArraySlice<Double>) -> Double {
        if values.contains(where: { !$0.isFinite }) { return .nan }
        var mean = 0.0
        var meanCompensation = 0.0
        var aux = KahanSum()
        for (index, value) in values.enumerated() {
            let delta = value - (mean + meanCompensation)
            var running = KahanSum(sum: mean, compensation: meanCompensation)
            running.add(delta / Double(index + 1))
            mean = running.sum
            meanCompensation = running.compensation
            aux.add(delta * (value - (mean + meanCompensation)))
        }
        return aux.value / Double(values.count)
    }
}

enum Quantile {
    /// Linear between ranks; NaN sorts first.
    static func of(_ q: Double, _ values: some Collection<Double>) -> Double {
        if values.isEmpty || q.isNaN { return .nan }
        if q < 0 { return -.infinity }
        if q > 1 { return .infinity }
        let sorted = values.sorted { $0.isNaN ? !$1.isNaN : $0 < $1 }
        let rank = q * Double(sorted.count - 1)
        let lower = max(0, rank.rounded(.down))
        let upper = min(Double(sorted.count - 1), lower + 1)
        let weight = rank - rank.rounded(.down)
        return sorted[Int(lower)] * (1 - weight) + sorted[Int(upper)] * weight
    }
}
