import Basics
import SignalModel

/// One pass over the samples of some minutes. Samples of a series are walked in blocks, as the store decodes them.
struct CountingRun {
    enum Column: Int {
        case part = 0
        case total = 1
    }

    private let from: Int64
    private let to: Int64
    private let next: Int64
    private var before: CounterMemory
    private var after = CounterMemory()
    private var columns: [[Int64]]
    private(set) var covered: [Bool]
    private(set) var problem: String?
    private var seriesFound = [0, 0]
    private var term = 0
    /// Which terms were added to each column.
    private var terms = [1..<1, 1..<1]
    private var buffer = SampleBuffer()
    /// When each target was first heard of, and the first samples of series that wait for it.
    private var targets: [Labels: Int64] = [:]
    private var firsts: [FirstSample] = []

    private struct FirstSample {
        var columns: [(Column, Int64)]
        var milliseconds: Int64
        var target: Labels
    }

    init(from: Int64, to: Int64, next: Int64, memory: CounterMemory) {
        self.from = from
        self.to = to
        self.next = next
        before = memory
        if let known = memory.minute, known > from { before = CounterMemory() }
        let count = Int(to - from)
        columns = [Array(repeating: 0, count: count), Array(repeating: 0, count: count)]
        covered = Array(repeating: false, count: count)
        after = before
        after.minute = next
    }

    func found(_ column: Column) -> Bool { seriesFound[column.rawValue] > 0 }
    func counts(_ column: Column) -> [Int64] { columns[column.rawValue] }

    /// Whether the column's sum had series within `lookBack`.
    func isKnown(_ column: Column) -> Bool {
        before.entries.keys.contains { terms[column.rawValue].contains($0.term) }
    }

    mutating func note(_ text: String) { if problem == nil { problem = text } }

    var memoryAfter: CounterMemory {
        var memory = after
        memory.prune()
        return memory
    }

    // MARK: Selecting

    private var firstMillisecond: Int64 {
        guard let known = before.minute else {
            return from * Minute.milliseconds - CountingLimits.lookBack.milliseconds
        }
        return known * Minute.milliseconds
    }

    private var lastMillisecond: Int64 { to * Minute.milliseconds - 1 }

    private func select(_ matchers: [Matcher], in source: any SampleSource) throws -> [any SelectedSeries] {
        try source.select(
            matchers, from: Timestamp(milliseconds: firstMillisecond),
            through: Timestamp(milliseconds: lastMillisecond), sorted: false)
    }

    private mutating func series(
        of wanted: CountedSum.Term, in source: any SampleSource
    ) throws -> [any SelectedSeries] {
        let edge = BucketEdge(wanted.matchers)
        let found = try select(edge?.matchers ?? wanted.matchers, in: source)
        if found.isEmpty, let edge {
            let others = try source.labelValues(
                BucketEdge.label, edge.others, from: Timestamp(milliseconds: firstMillisecond),
                through: Timestamp(milliseconds: lastMillisecond))
            if let reason = edge.refusal(among: others) { throw CountingProblem(reason) }
        }
        if !wanted.isAggregated, found.count > 1 {
            throw CountingProblem("\(wanted.text) finds \(found.count) series: write sum(\(wanted.text))")
        }
        if found.count > CountingLimits.seriesMax {
            throw CountingProblem("\(wanted.text) finds more than \(CountingLimits.seriesMax) series")
        }
        return found
    }

    // MARK: Counters and probes

    mutating func add(
        _ sum: CountedSum, to column: Column, _ reading: Indicator.Reading, in source: any SampleSource
    ) throws {
        terms[column.rawValue] = term + 1..<term + 1 + sum.terms.count
        for wanted in sum.terms {
            term += 1
            for series in try series(of: wanted, in: source) {
                seriesFound[column.rawValue] += 1
                switch reading {
                case .counter: try addCounter(series, wanted, to: column)
                case .gauge: try addGauge(series, wanted, to: column)
                }
            }
        }
    }

    private mutating func addCounter(
        _ series: any SelectedSeries, _ wanted: CountedSum.Term, to column: Column
    ) throws {
        let key = CounterMemory.Key(term: term, labels: series.labels)
        let known = before.entries[key]
        try read(series)
        let sign: Int64 = wanted.isSubtracted ? -1 : 1
        var last: Double?
        if case .float(let value)? = known?.last { last = value }
        var lastAt = known?.milliseconds ?? .min
        var kept = known
        var isBroken = known?.hasEnded ?? false
        noteTarget(series.labels, known: known)
        for index in 0..<buffer.count {
            let (at, value) = (buffer.timestamps[index], buffer.values[index])
            if StaleMarker.isStale(value) {
                isBroken = true
                if at < next * Minute.milliseconds { kept?.hasEnded = true }
                continue
            }
            guard isCount(value) else {
                note(
                    "\(series.labels) has \(Self.text(value)) at \(RFC3339.format(Timestamp(milliseconds: at))), no count"
                )
                continue
            }
            if let last {
                let growth = Int64(value >= last ? value - last : value)
                if let minute = place(ofMillisecond: at) { columns[column.rawValue][minute] += sign * growth }
            } else {
                firsts.append(
                    FirstSample(
                        columns: [(column, sign * Int64(value))], milliseconds: at, target: Self.target(series.labels)
                    ))
            }
            if column == .total { cover(from: isBroken ? .min : lastAt, to: at) }
            isBroken = false
            (last, lastAt) = (value, at)
            if at < next * Minute.milliseconds { kept = CounterMemory.Entry(milliseconds: at, last: .float(value)) }
        }
        after.entries[key] = kept
    }

    /// Samples that are events themselves.
    private mutating func addGauge(
        _ series: any SelectedSeries, _ wanted: CountedSum.Term, to column: Column
    ) throws {
        buffer.removeAll()
        try series.read(
            from: Timestamp(milliseconds: from * Minute.milliseconds),
            through: Timestamp(milliseconds: lastMillisecond), into: &buffer)
        let sign: Int64 = wanted.isSubtracted ? -1 : 1
        for index in 0..<buffer.count {
            let (at, value) = (buffer.timestamps[index], buffer.values[index])
            guard !StaleMarker.isStale(value), let minute = place(ofMillisecond: at) else { continue }
            guard wanted.countsSamples || isCount(value) else {
                note(
                    "\(series.labels) has \(Self.text(value)) at \(RFC3339.format(Timestamp(milliseconds: at))), no count"
                )
                continue
            }
            columns[column.rawValue][minute] += sign * (wanted.countsSamples ? 1 : Int64(value))
            if column == .total { covered[minute] = true }
        }
        // Nothing grows from it; but it was there.
        if let last = buffer.timestamps.last {
            after.entries[.init(term: term, labels: series.labels)] = .init(milliseconds: last, last: .float(0))
        }
    }

    // MARK: Native histograms

    mutating func addHistograms(_ sum: CountedSum, _ threshold: Double, in source: any SampleSource) throws {
        terms[Column.total.rawValue] = term + 1..<term + 1 + sum.terms.count
        for wanted in sum.terms {
            term += 1
            for series in try series(of: wanted, in: source) {
                seriesFound[Column.total.rawValue] += 1
                try addHistograms(series, wanted, threshold)
            }
        }
    }

    private mutating func addHistograms(
        _ series: any SelectedSeries, _ wanted: CountedSum.Term, _ threshold: Double
    ) throws {
        let key = CounterMemory.Key(term: term, labels: series.labels)
        let known = before.entries[key]
        try read(series)
        let sign: Int64 = wanted.isSubtracted ? -1 : 1
        var last: NativeHistogram?
        if case .histogram(let histogram)? = known?.last { last = histogram }
        var lastAt = known?.milliseconds ?? .min
        var kept = known
        var isBroken = known?.hasEnded ?? false
        noteTarget(series.labels, known: known)
        for index in 0..<buffer.count {
            let (at, value) = (buffer.timestamps[index], buffer.values[index])
            if StaleMarker.isStale(value) {
                isBroken = true
                if at < next * Minute.milliseconds { kept?.hasEnded = true }
                continue
            }
            guard HistogramBox.isBox(value) else {
                throw CountingProblem(
                    "\(series.labels) is no native histogram: name its _bucket series for a classic one")
            }
            let histogram = buffer.histograms[HistogramBox.place(value)]
            let atMost = try histogram.observations(atMost: threshold)
            guard isCount(histogram.count), isCount(atMost) else {
                note("\(series.labels) has parts of observations at \(RFC3339.format(Timestamp(milliseconds: at)))")
                continue
            }
            if let last {
                let isReset = histogram.isReset(since: last)
                let before = isReset ? 0 : try last.observations(atMost: threshold)
                let growth = histogram.count - (isReset ? 0 : last.count)
                if let minute = place(ofMillisecond: at) {
                    columns[Column.part.rawValue][minute] += sign * Int64(atMost - before)
                    columns[Column.total.rawValue][minute] += sign * Int64(growth)
                }
            } else {
                firsts.append(
                    FirstSample(
                        columns: [(.part, sign * Int64(atMost)), (.total, sign * Int64(histogram.count))],
                        milliseconds: at, target: Self.target(series.labels)))
            }
            cover(from: isBroken ? .min : lastAt, to: at)
            isBroken = false
            (last, lastAt) = (histogram, at)
            if at < next * Minute.milliseconds {
                kept = CounterMemory.Entry(milliseconds: at, last: .histogram(histogram))
            }
        }
        after.entries[key] = kept
    }

    // MARK: First samples

    /// A series that begins at a target which was heard of before began at zero: its errors were none so far. One
    /// that comes with its target may have counted for months, so its first sample only is what it grows from.
    mutating func settleFirstSamples() {
        if firsts.isEmpty { return }
        // Also by series that have no samples in these minutes.
        for (key, entry) in before.entries {
            let target = Self.target(key.labels)
            targets[target] = min(targets[target] ?? .max, entry.milliseconds)
        }
        for first in firsts {
            guard let heard = targets[first.target], heard < first.milliseconds,
                let minute = place(ofMillisecond: first.milliseconds)
            else { continue }
            for (column, count) in first.columns { columns[column.rawValue][minute] += count }
        }
    }

    private static let targetLabels: Set<String> = ["cluster", "instance", "job"]

    private static func target(_ labels: Labels) -> Labels { labels.keeping(targetLabels) }

    private mutating func noteTarget(_ labels: Labels, known: CounterMemory.Entry?) {
        guard let first = known?.milliseconds ?? buffer.timestamps.first else { return }
        let target = Self.target(labels)
        targets[target] = min(targets[target] ?? .max, first)
    }

    // MARK: Samples

    private mutating func read(_ series: any SelectedSeries) throws {
        buffer.removeAll()
        try series.read(
            from: Timestamp(milliseconds: firstMillisecond), through: Timestamp(milliseconds: lastMillisecond),
            into: &buffer)
    }

    private func place(ofMillisecond at: Int64) -> Int? {
        let minute = floorDivide(at, Minute.milliseconds)
        return minute >= from && minute < to ? Int(minute - from) : nil
    }

    private mutating func cover(from start: Int64, to end: Int64) {
        let last = floorDivide(end, Minute.milliseconds)
        var first = last
        if start != .min, end - start <= CountingLimits.gapMax.milliseconds {
            first = floorDivide(start, Minute.milliseconds)
        }
        first = max(first, from)
        guard first <= min(last, to - 1) else { return }
        for minute in first...min(last, to - 1) { covered[Int(minute - from)] = true }
    }

    private func isCount(_ value: Double) -> Bool {
        value >= 0 && value <= CountingLimits.exactMax && value.rounded(.down) == value
    }

    private static func text(_ value: Double) -> String {
        HistogramBox.isBox(value) ? "a histogram" : PlainDecimal.text(value)
    }
}
