/// `mad_over_time`: the median of the distances from the median. A NaN among the values makes it NaN.
struct MedianDeviationOverTime: RangeFunction {
    private var sorted: [Double] = []

    init() {}

    mutating func value(_ window: RangeWindow) -> Double {
        if window.values.contains(where: \.isNaN) { return .nan }
        sorted.removeAll(keepingCapacity: true)
        sorted.append(contentsOf: window.values)
        let median = Quantile.of(0.5, &sorted)
        for index in sorted.indices { sorted[index] = (sorted[index] - median).magnitude }
        return Quantile.of(0.5, &sorted)
    }
}
