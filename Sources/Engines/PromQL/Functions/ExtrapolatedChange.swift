/// `rate`, `increase` and `delta`: the change between the first and the last sample of a window, stretched to the
/// window's ends where samples lie close enough to them (Prometheus' `extrapolatedRate`).
struct ExtrapolatedChange: RangeFunction {
    /// A drop is a restart from zero, and the line is never drawn below zero.
    let isCounter: Bool
    /// By second of the range as written.
    let isRate: Bool
    /// Indexes of samples below the one before them: few, so that a window costs what its resets do.
    private var resets: [Int] = []
    private var nextReset = 0

    init(isCounter: Bool, isRate: Bool) {
        self.isCounter = isCounter
        self.isRate = isRate
    }

    mutating func begin(_ samples: SampleColumns) {
        guard isCounter else { return }
        resets.removeAll(keepingCapacity: true)
        nextReset = 0
        for index in 1..<max(1, samples.count) where samples.values[index] < samples.values[index - 1] {
            resets.append(index)
        }
    }

    @inline(__always)
    mutating func value(_ window: RangeWindow) -> Double {
        guard window.count >= 2 else { return SeriesTable.absent }
        let first = window.first
        var change = window.last - first
        if isCounter {
            // A reset at the window's first sample happened before the window.
            while nextReset < resets.count, resets[nextReset] <= window.lower { nextReset += 1 }
            var reset = nextReset
            while reset < resets.count, resets[reset] < window.upper {
                change += window.value(resets[reset] - 1)
                reset += 1
            }
        }
        return change * factor(window, change: change, first: first)
    }

    @inline(__always)
    func factor(_ window: RangeWindow, change: Double, first: Double) -> Double {
        let firstTime = window.timestamp(window.lower)
        let lastTime = window.timestamp(window.upper - 1)
        var toStart = Double(firstTime - window.from) / 1000
        var toEnd = Double(window.through - lastTime) / 1000
        let sampled = Double(lastTime - firstTime) / 1000
        let spacing = sampled / Double(window.count - 1)
        // Samples come a little late now and then; a gap of more means the series began or ended here.
        let threshold = spacing * 1.1
        if toStart >= threshold { toStart = spacing / 2 }
        if isCounter, change > 0, first >= 0 {
            let toZero = sampled * (first / change)
            if toZero < toStart { toStart = toZero }
        }
        if toEnd >= threshold { toEnd = spacing / 2 }
        let factor = (sampled + toStart + toEnd) / sampled
        return isRate ? factor / (Double(window.through - window.from) / 1000) : factor
    }
}
