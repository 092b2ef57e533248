/// `changes`: how often the value differs from the one before. NaN after NaN is no change.
struct Changes: RangeFunction {
    /// Changes up to each sample of the series.
    private var total: [Int] = []

    init() {}

    mutating func begin(_ samples: SampleColumns) {
        total.removeAll(keepingCapacity: true)
        total.append(0)
        for index in 1..<max(1, samples.count) {
            let value = samples.values[index]
            let previous = samples.values[index - 1]
            let isChange = value != previous && !(value.isNaN && previous.isNaN)
            total.append(total[index - 1] + (isChange ? 1 : 0))
        }
    }

    @inline(__always)
    mutating func value(_ window: RangeWindow) -> Double { Double(total[window.upper - 1] - total[window.lower]) }
}
