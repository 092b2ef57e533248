struct AverageOverTime: RangeFunction {
    @inline(__always)
    mutating func value(_ window: RangeWindow) -> Double {
        var mean = KahanMean()
        for value in window.values { mean.add(value) }
        return mean.value
    }
}
