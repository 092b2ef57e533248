/// `resets`: how often the value is below the one before.
struct Resets: RangeFunction {
    /// Resets up to each sample of the series.
    private var total: [Int] = []

    init() {}

    mutating func begin(_ samples: SampleColumns) {
        total.removeAll(keepingCapacity: true)
        total.append(0)
        for index in 1..<max(1, samples.count) {
            total.append(total[index - 1] + (samples.values[index] < samples.values[index - 1] ? 1 : 0))
        }
    }

    @inline(__always)
    mutating func value(_ window: RangeWindow) -> Double { Double(total[window.upper - 1] - total[window.lower]) }
}
