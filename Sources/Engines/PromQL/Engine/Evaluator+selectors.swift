import Basics
import SignalModel

extension Evaluator {
    /// `offset` and `@` resolved: evaluation at step i looks at `base(i)`.
    struct Shift {
        var fixed: Int64?
        var offset: Int64
    }

    func shift(_ modifiers: TimeModifiers) throws -> Shift {
        let offset = try duration(modifiers.offset, mayBeNegative: true)
        switch modifiers.at {
        case nil: return Shift(fixed: nil, offset: offset)
        case .timestamp(let time): return Shift(fixed: time.milliseconds, offset: offset)
        case .start: return Shift(fixed: queryStart, offset: offset)
        case .end: return Shift(fixed: queryEnd, offset: offset)
        }
    }

    func duration(_ expression: DurationExpression, mayBeNegative: Bool = false) throws -> Int64 {
        try expression.milliseconds(
            step: .milliseconds(step), range: .milliseconds(queryEnd - queryStart), mayBeNegative: mayBeNegative)
    }

    @inline(__always) func base(_ shift: Shift, _ index: Int) -> Int64 { (shift.fixed ?? time(index)) - shift.offset }

    /// The newest sample in `(t - lookback, t]` at each step.
    func select(_ selector: VectorSelector) throws -> SeriesTable {
        try instantValues(selector) { _, value in value }
    }

    /// The same with `pick` choosing what of (timestamp in ms, value) becomes the result.
    func instantValues(_ selector: VectorSelector, _ pick: (Int64, Double) -> Double) throws -> SeriesTable {
        let shift = try shift(selector.modifiers)
        let lookback = engine.limits.lookback.milliseconds
        let first = base(shift, 0)
        let last = base(shift, steps - 1)
        var table = SeriesTable(steps: steps)
        var buffer = SampleBuffer()
        for series in try found(selector, first - lookback + 1, last) {
            buffer.removeAll()
            try series.read(
                from: Timestamp(milliseconds: first - lookback + 1), through: Timestamp(milliseconds: last), into: &buffer)
            try checkpoint(buffer.count + steps)
            if buffer.count == 0 { continue }
            let row = table.appendEmpty(series.labels)
            var isEmpty = true
            var cursor = 0
            for index in 0..<steps {
                let at = base(shift, index)
                if shift.fixed != nil { cursor = 0 }
                while cursor < buffer.count, buffer.timestamps[cursor] <= at { cursor += 1 }
                guard cursor > 0, buffer.timestamps[cursor - 1] > at - lookback else { continue }
                let value = buffer.values[cursor - 1]
                if StaleMarker.isStale(value) { continue }
                table[row, index] = pick(buffer.timestamps[cursor - 1], value)
                isEmpty = false
            }
            if isEmpty {
                table.labels.removeLast()
                table.values.removeLast(steps)
            }
        }
        return table
    }

    private func found(_ selector: VectorSelector, _ from: Int64, _ through: Int64) throws -> [any SelectedSeries] {
        try engine.source.select(
            selector.matchers, from: Timestamp(milliseconds: from), through: Timestamp(milliseconds: through), sorted: false)
    }

    /// One series' samples and how far each step looks into them.
    struct Window {
        let timestamps: ContiguousArray<Int64>
        let values: ContiguousArray<Double>
        /// Samples `lower..<upper` lie in `(from, through]`.
        var lower = 0
        var upper = 0
        var from: Int64 = 0
        var through: Int64 = 0

        var count: Int { upper - lower }
    }

    /// Calls `body` for each series of a range vector and each step with at least one sample in the window, and
    /// collects what it returns.
    func overWindows(
        _ expression: Expression, keepName: Bool = false, _ body: (inout Window, Int) throws -> Double?
    ) throws -> SeriesTable {
        var table = SeriesTable(steps: steps)
        try forEachRange(expression) { labels, buffer, shift, range in
            var window = Window(timestamps: buffer.timestamps, values: buffer.values)
            let row = table.appendEmpty(keepName ? labels : labels.withoutName)
            var isEmpty = true
            for index in 0..<steps {
                let through = base(shift, index)
                window.through = through
                window.from = through - range
                if shift.fixed != nil {
                    window.lower = 0
                    window.upper = 0
                }
                while window.upper < window.timestamps.count, window.timestamps[window.upper] <= through { window.upper += 1 }
                while window.lower < window.upper, window.timestamps[window.lower] <= window.from { window.lower += 1 }
                if window.lower == window.upper { continue }
                if let value = try body(&window, index) {
                    table[row, index] = value
                    isEmpty = false
                }
            }
            if isEmpty {
                table.labels.removeLast()
                table.values.removeLast(steps)
            }
        }
        if !keepName { try checkUnique(table.labels) }
        return table
    }

    /// Every series of a matrix selector or subquery with all its samples that any step may need, markers dropped.
    func forEachRange(
        _ expression: Expression, _ body: (Labels, SampleBuffer, Shift, Int64) throws -> Void
    ) throws {
        switch expression.unwrapped {
        case .matrixSelector(let node):
            let shift = try shift(node.selector.modifiers)
            let range = try duration(node.range)
            let first = base(shift, 0) - range + 1
            let last = base(shift, steps - 1)
            var raw = SampleBuffer()
            var clean = SampleBuffer()
            for series in try found(node.selector, first, last) {
                raw.removeAll()
                clean.removeAll()
                try series.read(from: Timestamp(milliseconds: first), through: Timestamp(milliseconds: last), into: &raw)
                for index in 0..<raw.count where !StaleMarker.isStale(raw.values[index]) {
                    clean.append(raw.timestamps[index], raw.values[index])
                }
                try checkpoint(raw.count + steps)
                if clean.count > 0 { try body(series.labels, clean, shift, range) }
            }
        case .subquery(let node):
            let shift = try shift(node.modifiers)
            let range = try duration(node.range)
            let subStep = try node.step.map { try duration($0) } ?? engine.limits.defaultSubqueryStep.milliseconds
            let last = base(shift, steps - 1)
            // The grid lies on whole multiples of the step, and its first point strictly inside the first window.
            let earliest = base(shift, 0) - range
            let first = (floorDivide(earliest, subStep) + 1) * subStep
            guard first <= last else { return }
            try checkpoint(Int((last - first) / subStep) + 1)
            let inner = Evaluator(
                engine, from: Timestamp(milliseconds: first), through: Timestamp(milliseconds: last), step: subStep,
                cancellation: cancellation, within: self)
            let evaluated = try inner.evaluate(node.operand)
            touched += inner.touched
            warnings += inner.warnings.filter { !warnings.contains($0) }
            infos += inner.infos.filter { !infos.contains($0) }
            let table: SeriesTable
            switch evaluated {
            case .vector(let found): table = found
            case .scalar(let values):
                var single = SeriesTable(steps: inner.steps)
                single.append(.empty, values)
                table = single
            case .string: return
            }
            try checkUnique(table.labels)
            for row in 0..<table.count {
                var buffer = SampleBuffer()
                for sample in inner.samples(table.row(row)) { buffer.append(sample.timestamp.milliseconds, sample.value) }
                if buffer.count > 0 { try body(table.labels[row], buffer, shift, range) }
            }
        default: throw QueryError(.execution, "expected a range vector")
        }
    }

    func rangeVector(_ expression: Expression, at time: Timestamp) throws -> [RangeSeries] {
        var result: [RangeSeries] = []
        try forEachRange(expression) { labels, buffer, shift, range in
            let through = base(shift, 0)
            let samples = (0..<buffer.count).filter {
                buffer.timestamps[$0] > through - range && buffer.timestamps[$0] <= through
            }
            .map { Sample(timestamp: Timestamp(milliseconds: buffer.timestamps[$0]), value: buffer.values[$0]) }
            if !samples.isEmpty { result.append(RangeSeries(labels: labels, samples: samples)) }
        }
        return result.sorted { $0.labels < $1.labels }
    }

    private func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}
