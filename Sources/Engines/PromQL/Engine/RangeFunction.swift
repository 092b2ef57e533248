/// A function of the samples in a window.
///
/// One value of the type serves a whole call: `begin` before each series, then `value` for its windows in time
/// order, whose bounds never move back. So what a window shares with the one before need not be done again — but
/// the result must be what the window alone would give, to the last bit.
protocol RangeFunction {
    mutating func begin(_ samples: SampleColumns)
    /// Called only for windows with at least one sample; `SeriesTable.absent` for no value.
    mutating func value(_ window: RangeWindow) -> Double

    /// What histograms among the samples mean to it.
    var histogramUse: HistogramUse { get }
    /// Of a window of a series with histograms, for those with an answer of their own. A histogram it makes goes to
    /// the query's; the box stands for it.
    mutating func value(ofMixed window: RangeWindow, _ notes: HistogramNotes) throws -> Double
}

extension RangeFunction {
    @inline(__always) mutating func begin(_ samples: SampleColumns) {}

    /// Writes the value of each step's window into `row`; returns whether there was any.
    @inline(__always)
    mutating func slide(
        over samples: SampleColumns, _ span: RangeSpan, grid: StepGrid, into row: UnsafeMutableBufferPointer<Double>
    ) -> Bool {
        begin(samples)
        var window = RangeWindow(samples)
        var isKept = false
        for step in 0..<row.count {
            window.step = step
            window.time = grid.time(step)
            window.through = span.lens.time(step)
            window.from = window.through - span.range
            while window.upper < samples.count, samples.timestamps[window.upper] <= window.through {
                window.upper += 1
            }
            while window.lower < window.upper, samples.timestamps[window.lower] <= window.from { window.lower += 1 }
            if window.lower == window.upper { continue }
            let result = value(window)
            if SeriesTable.isAbsent(result) { continue }
            row[step] = result
            isKept = true
        }
        return isKept
    }
}
