/// A compensated sum (Kahan 1965, Neumaier's variant), step by step as Prometheus' `util/kahansum` adds.
package struct KahanSum {
    package var sum: Double
    package var compensation: Double

    package init(sum: Double = 0, compensation: Double = 0) {
        self.sum = sum
        self.compensation = compensation
    }

    @inline(__always)
    package mutating func add(_ value: Double) {
        let total = sum + value
        if total.isInfinite {
            compensation = 0
        } else if sum.magnitude >= value.magnitude {
            compensation += (sum - total) + value
        } else {
            compensation += (value - total) + sum
        }
        sum = total
    }

    @inline(__always) package var value: Double { sum.isInfinite ? sum : sum + compensation }
}
