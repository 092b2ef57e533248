/// `stdvar_over_time` and `stddev_over_time`: Welford's method with compensated sums.
struct VarianceOverTime: RangeFunction {
    let isRoot: Bool

    @inline(__always)
    mutating func value(_ window: RangeWindow) -> Double {
        var mean = KahanSum()
        var squares = KahanSum()
        var count = 0.0
        for value in window.values {
            count += 1
            let distance = value - (mean.sum + mean.compensation)
            mean.add(distance / count)
            squares.add(distance * (value - (mean.sum + mean.compensation)))
        }
        let variance = (squares.sum + squares.compensation) / count
        return isRoot ? variance.squareRoot() : variance
    }
}
