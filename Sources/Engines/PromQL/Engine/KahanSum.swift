/// A compensated sum (Kahan 1965, Neumaier's variant), step by step as Prometheus' `util/kahansum` adds.
struct KahanSum {
    var sum = 0.0
    var compensation = 0.0

    @inline(__always)
    mutating func add(_ value: Double) {
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

    @inline(__always) var value: Double { sum.isInfinite ? sum : sum + compensation }
}
