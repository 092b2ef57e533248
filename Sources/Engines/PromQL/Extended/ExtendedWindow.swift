import SignalModel

/// A window of an `anchored` or `smoothed` range: the samples in it and, within the lookback, the last one at or
/// before its start and — smoothed — the first one at or behind its end. After Prometheus' `extendedRate`
/// (promql/functions.go).
struct ExtendedWindow {
    let samples: SampleColumns
    let from: Int64
    let through: Int64
    let isSmoothed: Bool
    /// Of the samples that count: from the one before the start, if there is one, to the one behind the end.
    let first: Int
    let last: Int

    /// Nil where the window has no value. `lower` and `upper` only move forward from call to call.
    init?(
        _ samples: SampleColumns, _ span: RangeSpan, through: Int64, isSmoothed: Bool, _ lower: inout Int,
        _ upper: inout Int
    ) {
        self.samples = samples
        self.through = through
        from = through - span.range
        self.isSmoothed = isSmoothed
        let times = samples.timestamps
        // `lower` is the first sample inside, `upper` the first one past the end.
        while lower < times.count, times[lower] <= from { lower += 1 }
        while upper < times.count, times[upper] <= through { upper += 1 }
        var last = upper - 1
        if isSmoothed, last < 0 || times[last] < through, upper < times.count,
            times[upper] <= through + span.lookBehind
        {
            last = upper
        }
        guard last >= 0, times[last] > from else { return nil }
        self.last = last
        first = lower > 0 && times[lower - 1] > from - span.lookBefore ? lower - 1 : lower
    }

    func left(isCounter: Bool) -> Double {
        guard isSmoothed, samples.timestamps[first] < from, first < last else { return samples.values[first] }
        return interpolated(first, at: from, isCounter)
    }

    func right(isCounter: Bool) -> Double {
        guard isSmoothed, last > 0, samples.timestamps[last] > through, last > first else {
            return samples.values[last]
        }
        return interpolated(last - 1, at: through, isCounter)
    }

    /// On the line between a sample and the next. A counter that fell in between began at zero.
    private func interpolated(_ place: Int, at time: Int64, _ isCounter: Bool) -> Double {
        var before = samples.values[place]
        let after = samples.values[place + 1]
        if isCounter, after < before { before = 0 }
        let share =
            Double(time - samples.timestamps[place])
            / Double(samples.timestamps[place + 1] - samples.timestamps[place])
        return before + (after - before) * share
    }

    /// Places of the samples strictly between the window's ends.
    var inner: Range<Int> {
        let start = samples.timestamps[first] <= from ? first + 1 : first
        let end = samples.timestamps[last] >= through ? last : last + 1
        return start..<max(start, end)
    }

    func change(isCounter: Bool) -> Double {
        let left = left(isCounter: isCounter)
        let right = right(isCounter: isCounter)
        guard isCounter else { return right - left }
        var lost = 0.0
        var previous = left
        for place in inner {
            if samples.values[place] < previous { lost += previous }
            previous = samples.values[place]
        }
        if right < previous { lost += previous }
        return right - left + lost
    }
}
