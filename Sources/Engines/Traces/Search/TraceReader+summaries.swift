import Basics
package import Logs
package import SignalModel

extension TraceReader {
    /// What lists say of traces, in the order given; of one that is not there nothing. With what of them a search is
    /// about.
    func summaries(of traces: [TraceID], _ search: TraceSearch) throws(LogQueryError) -> [TraceSummary] {
        guard !traces.isEmpty else { return [] }
        let ids = traces.map(\.hexadecimal)
        let snapshot = store.snapshot(ofGroups: ids)
        let isOfThem = LogFilter.test(.named(SpanFields.trace), .anyOf(ids.map { .string($0) }))
        var sums: [String: TraceSum] = [:]
        try snapshot.visit(query(isOfThem)) { view throws(LogQueryError) in try Self.add(view, to: &sums) }
        try correct(&sums, ids, snapshot)
        let matching = query(.and([isOfThem, search.filter]), times: search.times)
        try snapshot.visit(matching) { view throws(LogQueryError) in
            try Self.addMatches(view, search.spansPerTrace, to: &sums)
        }
        return zip(traces, ids).compactMap { trace, id in sums[id]?.summary(trace, search.spansPerTrace) }
    }

    /// Traces with more spans together are listed with the times they were sent with.
    private static let correctedSpansMax = 10_000

    /// Clocks that differ are looked for where spans lie outside of their root: only these traces are put together.
    private func correct(
        _ sums: inout [String: TraceSum], _ ids: [String], _ snapshot: LogSnapshot
    ) throws(LogQueryError) {
        var count = 0
        var doubtful: [String] = []
        for id in ids {
            guard let sum = sums[id], sum.isOutsideOfRoot, count + sum.spanCount <= Self.correctedSpansMax else {
                continue
            }
            count += sum.spanCount
            doubtful.append(id)
        }
        guard !doubtful.isEmpty else { return }
        let isOfThem = LogFilter.test(.named(SpanFields.trace), .anyOf(doubtful.map { .string($0) }))
        let rows = try snapshot.rows(
            query(isOfThem), LogRowsRequest(isDescending: false, limit: count, fields: Self.leanFields))
        for (trace, spans) in Dictionary(grouping: rows.compactMap { StoredSpan($0) }, by: \.trace) {
            if let times = TraceTree(spans).times { sums[trace.hexadecimal]?.show(times) }
        }
    }

    /// A summary of one trace.
    package func summary(of trace: TraceID) throws(LogQueryError) -> TraceSummary? {
        try summaries(of: [trace], TraceSearch(filter: .nothing)).first
    }

    private static func add(_ view: LogBlockView, to sums: inout [String: TraceSum]) throws(LogQueryError) {
        let rows = view.matching.rows
        let times = try view.timestamps()
        let hasParent = try view.rowsHaving(SpanFields.parent)
        let traces = try view.values(SpanFields.trace, ofRows: rows)
        let names = try view.values(SpanFields.name, ofRows: rows)
        let services = try view.values(SpanFields.service, ofRows: rows)
        let durations = try view.values(SpanFields.duration, ofRows: rows)
        let statuses = try view.values(SpanFields.status, ofRows: rows)
        for (number, row) in rows.enumerated() {
            guard let trace = traces[number]?.text else { continue }
            var duration: Int64 = 0
            if case .integer(let value) = durations[number] { duration = value }
            sums[trace, default: TraceSum()].add(
                start: times[row], duration: duration, hasParent: hasParent[row], name: names[number]?.text ?? "",
                service: services[number]?.text ?? "", isError: statuses[number]?.text == "error")
        }
    }

    private static func addMatches(
        _ view: LogBlockView, _ count: Int, to sums: inout [String: TraceSum]
    ) throws(LogQueryError) {
        let times = try view.timestamps()
        let rows = view.matching.rows.sorted { (times[$0], $0) > (times[$1], $1) }
        let traces = try view.values(SpanFields.trace, ofRows: rows)
        // No more of a block than what can be shown.
        var taken: [(trace: String, row: Int)] = []
        for (number, row) in rows.enumerated() {
            guard let trace = traces[number]?.text, sums[trace] != nil else { continue }
            sums[trace]?.matchCount += 1
            if sums[trace]?.isShort(of: count, at: times[row]) == true { taken.append((trace, row)) }
        }
        let shown = taken.map(\.row)
        let spans = try view.values(SpanFields.span, ofRows: shown)
        let names = try view.values(SpanFields.name, ofRows: shown)
        let services = try view.values(SpanFields.service, ofRows: shown)
        let durations = try view.values(SpanFields.duration, ofRows: shown)
        for (number, entry) in taken.enumerated() {
            var duration: Int64 = 0
            if case .integer(let value) = durations[number] { duration = value }
            sums[entry.trace]?.matches.append(
                TraceSummary.Match(
                    span: SpanID(hexadecimal: Array((spans[number]?.text ?? "").utf8))?.number ?? 0,
                    name: names[number]?.text ?? "", service: services[number]?.text ?? "",
                    startNanoseconds: times[entry.row], durationNanoseconds: duration))
        }
    }
}

/// What is known of a trace so far.
private struct TraceSum {
    private struct Root {
        var start: Int64
        var service: String
        var name: String
        var end: Int64

        func precedes(_ other: Root) -> Bool { (start, service, name) < (other.start, other.service, other.name) }
    }

    private var root: Root?
    private var earliest: Root?
    private var start = Int64.max
    private var end = Int64.min
    private(set) var spanCount = 0
    private var errorCount = 0
    private var services: [String: (spans: Int, errors: Int)] = [:]
    var matches: [TraceSummary.Match] = []
    var matchCount = 0
    /// Starts of those that will be among the matches.
    private var matchTimes: [Int64] = []

    mutating func add(start: Int64, duration: Int64, hasParent: Bool, name: String, service: String, isError: Bool) {
        let own = Root(start: start, service: service, name: name, end: SpanTime.end(start, duration))
        if !hasParent, root.map({ own.precedes($0) }) ?? true { root = own }
        if earliest.map({ own.precedes($0) }) ?? true { earliest = own }
        self.start = min(self.start, start)
        end = max(end, own.end)
        spanCount += 1
        if isError { errorCount += 1 }
        services[service, default: (0, 0)].spans += 1
        if isError { services[service]?.errors += 1 }
    }

    var isOutsideOfRoot: Bool {
        guard let shown = root ?? earliest else { return false }
        return start < shown.start || end > shown.end
    }

    mutating func show(_ times: ClosedRange<Int64>) { (start, end) = (times.lowerBound, times.upperBound) }

    /// Whether a match at a time may be among the `count` latest; those of one block come latest first.
    mutating func isShort(of count: Int, at time: Int64) -> Bool {
        if matchTimes.count < count || time >= (matchTimes.min() ?? .min) {
            matchTimes.append(time)
            if matchTimes.count > count {
                matchTimes.sort(by: >)
                matchTimes.removeLast(matchTimes.count - count)
            }
            return count > 0
        }
        return false
    }

    func summary(_ trace: TraceID, _ matchesMax: Int) -> TraceSummary {
        let shown = root ?? earliest
        let sorted = matches.sorted { ($0.startNanoseconds, $0.span) > ($1.startNanoseconds, $1.span) }
        return TraceSummary(
            trace: trace, rootService: shown?.service ?? "", rootName: shown?.name ?? "", isRootMissing: root == nil,
            startNanoseconds: start, durationNanoseconds: end.subtractingSaturated(start),
            spanCount: spanCount, errorCount: errorCount,
            services: services.map { TraceSummary.Service(name: $0, spanCount: $1.spans, errorCount: $1.errors) }
                .sorted { $0.name < $1.name },
            matches: Array(sorted.prefix(matchesMax)), matchCount: matchCount)
    }
}
