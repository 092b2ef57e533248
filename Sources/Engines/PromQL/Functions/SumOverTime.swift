/// `sum_over_time`, compensated, each window by itself: a running sum would carry other windows' rounding.
struct SumOverTime: RangeFunction {
    @inline(__always)
    mutating func value(_ window: RangeWindow) -> Double {
        var sum = KahanSum()
        for value in window.values { sum.add(value) }
        return sum.value
    }
}
