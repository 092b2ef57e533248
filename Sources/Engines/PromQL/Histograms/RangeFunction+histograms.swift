import SignalModel

/// What a range function does with histograms among the samples.
enum HistogramUse {
    /// Sees floats only; the query is told where a window has both.
    case leavesOut
    /// Looks at times, or hands on a sample as it is.
    case asAnySample
    /// Has an answer of its own: `value(ofMixed:_:)`.
    case own
}

extension RangeFunction {
    var histogramUse: HistogramUse { .leavesOut }

    mutating func value(ofMixed window: RangeWindow, _ notes: HistogramNotes) throws -> Double {
        preconditionFailure("a function of histograms says what they mean to it")
    }

    /// `slide` for a series with histograms.
    mutating func slide(
        overMixed samples: SampleColumns, _ span: RangeSpan, grid: StepGrid, _ notes: HistogramNotes,
        into row: UnsafeMutableBufferPointer<Double>
    ) throws -> Bool {
        switch histogramUse {
        case .asAnySample: return slide(over: samples, span, grid: grid, into: row)
        case .leavesOut:
            try noteMixedWindows(samples, span, notes)
            var floats = SampleBuffer()
            for index in 0..<samples.count where !HistogramBox.isBox(samples.values[index]) {
                floats.append(samples.timestamps[index], samples.values[index])
            }
            var isKept = false
            floats.withColumns { isKept = slide(over: $0, span, grid: grid, into: row) }
            return isKept
        case .own: break
        }
        begin(samples)
        var isKept = false
        try RangeWindow.forEach(of: samples, span, grid: grid, steps: row.count) { window in
            try notes.context.work(window.count)
            let result = try value(ofMixed: window, notes)
            if SeriesTable.isAbsent(result) { return }
            row[window.step] = result
            isKept = true
        }
        return isKept
    }

    private func noteMixedWindows(_ samples: SampleColumns, _ span: RangeSpan, _ notes: HistogramNotes) throws {
        // Boxes up to each sample.
        var boxes = [0]
        for value in samples.values { boxes.append(boxes[boxes.count - 1] + (HistogramBox.isBox(value) ? 1 : 0)) }
        try RangeWindow.forEach(of: samples, span, grid: nil, steps: span.lens.count) { window in
            let count = boxes[window.upper] - boxes[window.lower]
            if count > 0, count < window.count { notes.ignoredInRange() }
        }
    }
}

extension RangeWindow {
    /// The windows with at least one sample, in time order.
    static func forEach(
        of samples: SampleColumns, _ span: RangeSpan, grid: StepGrid?, steps: Int,
        _ body: (RangeWindow) throws -> Void
    ) rethrows {
        var window = RangeWindow(samples)
        for step in 0..<steps {
            window.step = step
            window.time = grid?.time(step) ?? 0
            window.through = span.lens.time(step)
            window.from = window.through - span.range
            while window.upper < samples.count, samples.timestamps[window.upper] <= window.through {
                window.upper += 1
            }
            while window.lower < window.upper, samples.timestamps[window.lower] <= window.from { window.lower += 1 }
            if window.lower < window.upper { try body(window) }
        }
    }

    /// How many samples are histograms.
    var histogramCount: Int { values.count(where: HistogramBox.isBox) }

    var histograms: [NativeHistogram] { (lower..<upper).compactMap { samples.histogram($0) } }
}

// MARK: Rates

extension ExtrapolatedChange {
    var histogramUse: HistogramUse { .own }

    mutating func value(ofMixed window: RangeWindow, _ notes: HistogramNotes) throws -> Double {
        let histograms = window.histograms
        if histograms.isEmpty { return value(window) }
        guard histograms.count == window.count else {
            notes.mixedWithFloats()
            return SeriesTable.absent
        }
        guard histograms.count > 1, var change = change(histograms, notes) else { return SeriesTable.absent }
        change.multiply(by: factor(window, change: change.count, first: histograms[0].count))
        return try notes.context.keep(change)
    }

    /// How the histograms changed from first to last; nil when they cannot be compared.
    private func change(_ histograms: [NativeHistogram], _ notes: HistogramNotes) -> NativeHistogram? {
        let last = histograms[histograms.count - 1]
        var first = histograms[0]
        if isCounter {
            if histograms.contains(where: { $0.counterReset == .gauge }) { notes.notCounter() }
            // What was before a reset does not count, whatever its buckets are.
            if histograms[1].isReset(since: first) {
                first = NativeHistogram(schema: histograms[1].schema, customBounds: histograms[1].customBounds)
            }
        } else if first.counterReset != .gauge || last.counterReset != .gauge {
            notes.notGauge()
        }
        let compared = isCounter ? histograms[1...] : histograms[(histograms.count - 1)...]
        guard compared.allSatisfy({ $0.hasCustomBounds == first.hasCustomBounds }) else {
            notes.mixedSchemas()
            return nil
        }
        var result = last.reduced(to: min(first.schema, compared.map(\.schema).min() ?? first.schema))
        do throws(IncompatibleHistograms) {
            if try result.add(first, sign: -1).boundsDiffered { notes.boundsDiffered(in: .subtraction) }
            var previous = first
            for histogram in isCounter ? histograms[1...] : [] {
                if histogram.isReset(since: previous), try result.add(previous).boundsDiffered {
                    notes.boundsDiffered(in: .addition)
                }
                previous = histogram
            }
        } catch {
            notes.mixedSchemas()
            return nil
        }
        result.counterReset = .gauge
        result.compact()
        return result
    }
}

extension LastChange {
    var histogramUse: HistogramUse { .own }

    mutating func value(ofMixed window: RangeWindow, _ notes: HistogramNotes) throws -> Double {
        guard window.count >= 2 else { return SeriesTable.absent }
        let last = window.samples.histogram(window.upper - 1)
        let previous = window.samples.histogram(window.upper - 2)
        guard let last, let previous else {
            if last == nil, previous == nil { return value(window) }
            notes.mixedWithFloats()
            return SeriesTable.absent
        }
        if isRate, last.counterReset == .gauge || previous.counterReset == .gauge { notes.notCounter() }
        if !isRate, last.counterReset != .gauge || previous.counterReset != .gauge { notes.notGauge() }
        var result = last
        if !isRate || !last.isReset(since: previous) {
            do throws(IncompatibleHistograms) {
                if try result.add(previous, sign: -1).boundsDiffered { notes.boundsDiffered(in: .subtraction) }
            } catch {
                notes.mixedSchemas()
                return SeriesTable.absent
            }
        }
        result.counterReset = .gauge
        result.compact()
        if isRate {
            result.divide(
                by: Double(window.timestamp(window.upper - 1) - window.timestamp(window.upper - 2)) / 1000)
        }
        return try notes.context.keep(result)
    }
}

// MARK: Sums

extension SumOverTime {
    var histogramUse: HistogramUse { .own }

    mutating func value(ofMixed window: RangeWindow, _ notes: HistogramNotes) throws -> Double {
        guard let sum = window.histogramSum(notes) else {
            return window.histogramCount == 0 ? value(window) : SeriesTable.absent
        }
        return try notes.context.keep(sum.value)
    }
}

extension AverageOverTime {
    var histogramUse: HistogramUse { .own }

    mutating func value(ofMixed window: RangeWindow, _ notes: HistogramNotes) throws -> Double {
        guard let sum = window.histogramSum(notes) else {
            return window.histogramCount == 0 ? value(window) : SeriesTable.absent
        }
        if sum.hasOverflowed, let mean = try? HistogramSum.mean(of: window.histograms) {
            return try notes.context.keep(mean)
        }
        return try notes.context.keep(sum.mean)
    }
}

extension RangeWindow {
    /// The sum of a window of histograms alone; nil, and the query told why, of any other.
    fileprivate func histogramSum(_ notes: HistogramNotes) -> HistogramSum? {
        let histograms = histograms
        guard let first = histograms.first else { return nil }
        guard histograms.count == count else {
            notes.mixedWithFloats()
            return nil
        }
        var sum = HistogramSum(first)
        do throws(IncompatibleHistograms) {
            for histogram in histograms.dropFirst() { try sum.add(histogram) }
        } catch {
            notes.mixedSchemas()
            return nil
        }
        if sum.countersCollided { notes.countersCollided(in: .aggregation) }
        if sum.boundsDiffered { notes.boundsDiffered(in: .aggregation) }
        return sum
    }
}

// MARK: Counts of events

extension Changes {
    var histogramUse: HistogramUse { .own }

    mutating func value(ofMixed window: RangeWindow, _ notes: HistogramNotes) throws -> Double {
        window.countPairs { previous, sample in
            switch (window.samples.histogram(previous), window.samples.histogram(sample)) {
            case (let left?, let right?): return !left.isIdentical(to: right)
            case (nil, nil):
                let (left, right) = (window.value(previous), window.value(sample))
                return left != right && !(left.isNaN && right.isNaN)
            default: return true
            }
        }
    }
}

extension Resets {
    var histogramUse: HistogramUse { .own }

    mutating func value(ofMixed window: RangeWindow, _ notes: HistogramNotes) throws -> Double {
        window.countPairs { previous, sample in
            switch (window.samples.histogram(previous), window.samples.histogram(sample)) {
            case (let left?, let right?): return right.isReset(since: left)
            case (nil, nil): return window.value(sample) < window.value(previous)
            default: return true
            }
        }
    }
}

extension RangeWindow {
    /// How many samples and the ones before them `isEvent` holds for.
    fileprivate func countPairs(_ isEvent: (Int, Int) -> Bool) -> Double {
        Double((lower + 1..<max(lower + 1, upper)).count { isEvent($0 - 1, $0) })
    }
}

// MARK: Any sample

extension CountOverTime { var histogramUse: HistogramUse { .asAnySample } }
extension PresentOverTime { var histogramUse: HistogramUse { .asAnySample } }
extension FirstOverTime { var histogramUse: HistogramUse { .asAnySample } }
extension LastOverTime { var histogramUse: HistogramUse { .asAnySample } }
extension TimeOfFirst { var histogramUse: HistogramUse { .asAnySample } }
extension TimeOfLast { var histogramUse: HistogramUse { .asAnySample } }
