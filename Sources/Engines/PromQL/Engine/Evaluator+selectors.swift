import Basics
import SignalModel

extension Evaluator {
    func lens(_ modifiers: TimeModifiers) throws -> Lens {
        let offset = try duration(modifiers.offset, mayBeNegative: true)
        let fixed: Int64
        switch modifiers.at {
        case nil: return Lens(first: grid.start - offset, stride: grid.step, count: steps)
        case .timestamp(let time): fixed = time.milliseconds
        case .start: fixed = context.start
        case .end: fixed = context.end
        }
        return Lens(first: fixed - offset, stride: 0, count: steps)
    }

    /// In milliseconds.
    func duration(_ expression: DurationExpression, mayBeNegative: Bool = false) throws -> Int64 {
        try expression.milliseconds(
            step: context.step, range: .milliseconds(context.end - context.start), mayBeNegative: mayBeNegative)
    }

    /// What an instant selector takes of the sample it finds.
    enum SampleAspect {
        case value
        /// The sample's own time in seconds.
        case time
    }

    /// The newest sample in `(t - lookback, t]` at each step; nothing where that is a stale marker.
    func select(_ selector: VectorSelector, taking aspect: SampleAspect = .value) throws -> SeriesTable {
        if selector.isAnchored {
            throw QueryError(.execution, "anchored modifier can only be used with range selectors")
        }
        if selector.isSmoothed { return try selectSmoothed(selector, taking: aspect) }
        let lens = try lens(selector.modifiers)
        let lookback = context.limits.lookback.milliseconds
        var table = SeriesTable(steps: steps, names: selector.resultNames(delayed: context.limits.delaysNameRemoval))
        try forEachSeries(selector, from: lens.first - lookback + 1, through: lens.last) { labels, samples in
            try context.hold(steps)
            if labels.haveTypeOrUnit { table.names.areShared = false }
            let isKept = try table.appendRow(labels) { row in
                let isKept = samples.lastValues(through: lens, lookback: lookback, taking: aspect, into: row)
                if isKept, aspect == .value, !samples.histograms.isEmpty { try keepBoxes(row, samples) }
                return isKept
            }
            if !isKept { context.release(steps) }
        }
        return table
    }

    /// Boxes of a series' samples become boxes of the query.
    func keepBoxes(_ row: UnsafeMutableBufferPointer<Double>, _ samples: SampleColumns) throws {
        var previous: (theirs: UInt64, ours: Double)?
        for step in row.indices where HistogramBox.isBox(row[step]) {
            // Steps closer than samples see one several times.
            if let previous, previous.theirs == row[step].bitPattern {
                row[step] = previous.ours
                continue
            }
            let ours = try context.keep(samples.histograms[HistogramBox.place(row[step])])
            previous = (row[step].bitPattern, ours)
            row[step] = ours
        }
    }

    /// Reads each series a selector finds, in `from...through`, stale markers included. Series without samples
    /// there are left out.
    func forEachSeries(
        _ selector: VectorSelector, from: Int64, through: Int64, _ body: (Labels, SampleColumns) throws -> Void
    ) throws {
        let from = Timestamp(milliseconds: from)
        let through = Timestamp(milliseconds: through)
        let found = try context.source.select(selector.matchers, from: from, through: through, sorted: false)
        var buffer = SampleBuffer()
        for series in found {
            buffer.removeAll()
            try series.read(from: from, through: through, into: &buffer)
            if buffer.count == 0 { continue }
            try context.read(buffer.count + buffer.histograms.reduce(0) { $0 + $1.points })
            if scope.detectsResets, !buffer.histograms.isEmpty { buffer.detectResets() }
            try buffer.withColumns { try body(series.labels, $0) }
        }
    }
}

extension VectorSelector {
    /// Found series keep their names, which are all the same when the selector names one.
    func resultNames(delayed: Bool) -> SeriesTable.Names {
        SeriesTable.Names(
            areDropped: false,
            areShared: matchers.contains { $0.name == Labels.metricName && $0.operation == .equal },
            areDelayed: delayed)
    }
}

extension SampleBuffer {
    /// Finds out of each histogram whether counting began anew with it, where that is not known.
    fileprivate mutating func detectResets() {
        for place in histograms.indices.dropFirst() where histograms[place].counterReset == .unknown {
            var histogram = histograms[place]
            histogram.counterReset = histogram.hasFallen(since: histograms[place - 1]) ? .reset : .notReset
            setHistogram(histogram, at: place)
        }
    }
}
