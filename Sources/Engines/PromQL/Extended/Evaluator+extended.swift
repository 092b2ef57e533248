import Basics
import SignalModel

extension VectorSelector {
    var isExtended: Bool { isAnchored || isSmoothed }
}

extension Evaluator {
    private static let anchoredFunctions = ["changes", "delta", "increase", "rate", "resets"]
    private static let smoothedFunctions = ["delta", "increase", "rate"]
    private static let noHistograms = QueryError(
        .execution, "smoothed and anchored modifiers do not work with native histograms")

    /// Only some functions know what to do with samples outside of their windows.
    func checkExtendedRange(_ node: CallExpression) throws {
        for argument in node.arguments {
            guard case .matrixSelector(let range) = argument.unwrapped, range.selector.isExtended else { continue }
            let allowed = range.selector.isAnchored ? Self.anchoredFunctions : Self.smoothedFunctions
            guard !allowed.contains(node.function.name) else { continue }
            throw QueryError(
                .execution,
                "\(range.selector.isAnchored ? "anchored" : "smoothed") modifier can only be used with: "
                    + "\(allowed.joined(separator: ", ")) - not with \(node.function.name)")
        }
    }

    private func extendedSelector(_ node: CallExpression) throws -> VectorSelector? {
        guard case .matrixSelector(let range) = try matrixArgument(node), range.selector.isExtended else {
            return nil
        }
        return range.selector
    }

    /// `rate`, `increase` and `delta`.
    func change(_ node: CallExpression, isCounter: Bool, isRate: Bool) throws -> Evaluated {
        guard let selector = try extendedSelector(node) else {
            let function = ExtrapolatedChange(isCounter: isCounter, isRate: isRate)
            return isCounter ? try overCounter(node, function) : try over(node, function)
        }
        return try overExtended(node, selector, isCounter: isCounter) { window in
            let change = window.change(isCounter: isCounter)
            return isRate ? change / (Double(window.through - window.from) / 1000) : change
        }
    }

    /// `changes` and `resets`; the sample before the window counts when it is anchored.
    func events(_ node: CallExpression, _ function: some RangeFunction) throws -> Evaluated {
        guard let selector = try extendedSelector(node) else { return try over(node, function) }
        var function = function
        return try overExtended(node, selector, isCounter: false) { window in
            function.begin(window.samples)
            var range = RangeWindow(window.samples)
            range.lower = window.first
            range.upper = window.last + 1
            return function.value(range)
        }
    }

    private func overExtended(
        _ node: CallExpression, _ selector: VectorSelector, isCounter: Bool, _ value: (ExtendedWindow) -> Double
    ) throws -> Evaluated {
        let argument = try matrixArgument(node)
        var table = SeriesTable(steps: steps)
        table.names = try forEachRange(argument) { labels, samples, span in
            guard samples.histograms.isEmpty else { throw Self.noHistograms }
            try context.hold(steps)
            let isKept = table.appendRow(labels) { row in
                var (lower, upper) = (0, 0)
                var isKept = false
                for step in row.indices {
                    let window = ExtendedWindow(
                        samples, span, through: span.lens.time(step), isSmoothed: selector.isSmoothed, &lower,
                        &upper)
                    guard let window else { continue }
                    row[step] = value(window)
                    isKept = true
                }
                return isKept
            }
            if !isKept { context.release(steps) }
        }
        if isCounter { noteNonCounters(table, at: argument.position) }
        try table.dropNames()
        return .vector(table)
    }

    /// An extended range as an answer of its own: its samples between values at both ends.
    func extendedPoints(_ samples: SampleColumns, _ span: RangeSpan, isSmoothed: Bool) throws -> [Sample] {
        guard samples.histograms.isEmpty else { throw Self.noHistograms }
        var (lower, upper) = (0, 0)
        let window = ExtendedWindow(
            samples, span, through: span.lens.first, isSmoothed: isSmoothed, &lower, &upper)
        guard let window else { return [] }
        func point(_ time: Int64, _ value: Double) -> Sample {
            Sample(timestamp: Timestamp(milliseconds: time), value: value)
        }
        return [point(window.from, window.left(isCounter: false))]
            + window.inner.map { point(samples.timestamps[$0], samples.values[$0]) }
            + [point(window.through, window.right(isCounter: false))]
    }

    /// `v smoothed`: the value on the line between the samples around each step; of the nearest one where there is
    /// none on the other side.
    func selectSmoothed(_ selector: VectorSelector, taking aspect: SampleAspect) throws -> SeriesTable {
        let lens = try lens(selector.modifiers)
        let lookback = context.limits.lookback.milliseconds
        var table = SeriesTable(steps: steps, names: selector.resultNames(delayed: context.limits.delaysNameRemoval))
        try forEachSeries(selector, from: lens.first - lookback + 1, through: lens.last + lookback) {
            labels, samples in
            guard samples.histograms.isEmpty else { throw Self.noHistograms }
            try context.hold(steps)
            if labels.haveTypeOrUnit { table.names.areShared = false }
            let isKept = table.appendRow(labels) { row in
                var upper = 0
                var isKept = false
                for step in row.indices {
                    let time = lens.time(step)
                    while upper < samples.count, samples.timestamps[upper] <= time { upper += 1 }
                    guard let value = Self.smoothed(samples, upper, at: time, lookback) else { continue }
                    row[step] = aspect == .value ? value : Double(time) / 1000
                    isKept = true
                }
                return isKept
            }
            if !isKept { context.release(steps) }
        }
        return table
    }

    /// `upper` is the first sample past `time`.
    private static func smoothed(_ samples: SampleColumns, _ upper: Int, at time: Int64, _ lookback: Int64)
        -> Double?
    {
        func sample(_ place: Int) -> (time: Int64, value: Double)? {
            guard place >= 0, place < samples.count, !SeriesTable.isAbsent(samples.values[place]) else { return nil }
            return (samples.timestamps[place], samples.values[place])
        }
        let before = sample(upper - 1).flatMap { $0.time > time - lookback ? $0 : nil }
        let after = sample(upper).flatMap { $0.time <= time + lookback ? $0 : nil }
        guard let before else { return after?.value }
        guard let after, before.time < time else { return before.value }
        let share = Double(time - before.time) / Double(after.time - before.time)
        return before.value + (after.value - before.value) * share
    }
}
