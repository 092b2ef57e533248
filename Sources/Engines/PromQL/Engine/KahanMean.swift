/// A mean as Prometheus takes it: the compensated sum divided at the end, and only if that sum overflows a mean
/// that is carried along.
package struct KahanMean {
    private var sum = KahanSum()
    private var count = 0.0
    private var isIncremental = false

    package init() {}

    @inline(__always)
    package mutating func add(_ value: Double) {
        count += 1
        if count == 1 {
            sum.sum = value
            return
        }
        if !isIncremental {
            var next = sum
            next.add(value)
            if !next.sum.isInfinite {
                sum = next
                return
            }
            // The sum would overflow (or a value is infinite): from here on `sum` is the mean.
            isIncremental = true
            sum.sum /= count - 1
            sum.compensation /= count - 1
        }
        let share = (count - 1) / count
        sum.sum *= share
        sum.compensation *= share
        sum.add(value / count)
    }

    @inline(__always)
    package var value: Double {
        isIncremental ? sum.sum + sum.compensation : sum.sum / count + sum.compensation / count
    }
}
