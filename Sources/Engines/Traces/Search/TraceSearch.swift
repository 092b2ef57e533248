package import Logs
package import SignalModel

/// Which traces are wanted: those with a span that passes `filter`, whose whole takes as long as asked.
package struct TraceSearch: Sendable {
    /// When such a span began; nanoseconds since 1970.
    package var times: Range<Int64>
    package var filter: LogFilter
    package var limit: Int
    /// How many of the spans that pass are named with their trace.
    package var spansPerTrace: Int

    package init(
        times: Range<Int64> = LogQuery.allTimes, filter: LogFilter = .all, limit: Int = 20, spansPerTrace: Int = 3
    ) {
        self.times = times
        self.filter = filter
        self.limit = limit
        self.spansPerTrace = spansPerTrace
    }
}

/// A trace in a list.
package struct TraceSummary: Sendable, Hashable {
    package struct Match: Sendable, Hashable {
        package var span: UInt64
        package var name: String
        package var service: String
        package var startNanoseconds: Int64
        package var durationNanoseconds: Int64
    }

    package var trace: TraceID
    package var rootService: String
    package var rootName: String
    /// No span without a parent has come (yet): the root is the earliest that has.
    package var isRootMissing: Bool
    package var startNanoseconds: Int64
    /// From the first start to the last end, as its own page shows it: clocks that differ are corrected for.
    package var durationNanoseconds: Int64
    package var spanCount: Int
    package var errorCount: Int
    /// How many spans of each service, and how many of them failed; by name.
    package var services: [Service]
    /// Latest first.
    package var matches: [Match]
    package var matchCount: Int

    package struct Service: Sendable, Hashable {
        package var name: String
        package var spanCount: Int
        package var errorCount: Int
    }
}

extension TraceReader {
    /// Traces whose latest matching span began last come first, of equal ones the lower id: the same answer each time.
    package func search(_ search: TraceSearch) throws(LogQueryError) -> [TraceSummary] {
        guard search.limit > 0 else { return [] }
        guard search.limit <= budget.rowsMax else {
            throw LogQueryError(.overRows, "a list may have \(budget.rowsMax) traces")
        }
        var found = TraceCandidates(limit: search.limit)
        let query = query(search.filter, times: search.times)
        try store.snapshot().visitNewestFirst(
            query, while: { found.wants($0) }, { view throws(LogQueryError) in try found.add(view) })
        return try summaries(of: found.traces, search)
    }
}

/// The traces with the latest matching spans.
struct TraceCandidates {
    private struct Candidate {
        var trace: TraceID
        var latest: Int64
    }

    private let limit: Int
    private var places: [TraceID: Int] = [:]
    private var candidates: [Candidate] = []
    /// The time of the last trace that is in, once there are enough.
    private var bound: Int64?

    init(limit: Int) { self.limit = limit }

    /// Whether a block with spans up to this time can still change the answer.
    func wants(_ latest: Int64) -> Bool { bound.map { latest >= $0 } ?? true }

    var traces: [TraceID] { candidates.map(\.trace) }

    mutating func add(_ view: LogBlockView) throws(LogQueryError) {
        guard let traces = try view.column(SpanFields.trace) else { return }
        let times = try view.timestamps()
        // A place in the list stands for a trace.
        var latest = [Int64](repeating: .min, count: traces.list.count)
        let first = traces.firstEntries
        for row in view.matching.rows where first[row] >= 0 {
            let place = traces.place(of: Int(first[row]))
            latest[place] = max(latest[place], times[row])
        }
        for place in latest.indices where latest[place] > .min {
            if let bound, latest[place] < bound { continue }
            guard let id = TraceID(hexadecimal: Array(traces.list[place].text.utf8)) else { continue }
            if let known = places[id] {
                candidates[known].latest = max(candidates[known].latest, latest[place])
            } else {
                places[id] = candidates.count
                candidates.append(Candidate(trace: id, latest: latest[place]))
            }
        }
        settle()
    }

    private mutating func settle() {
        candidates.sort { ($0.latest, $1.trace) > ($1.latest, $0.trace) }
        if candidates.count > limit { candidates.removeLast(candidates.count - limit) }
        if candidates.count == limit { bound = candidates.last?.latest }
        places = [:]
        for (place, candidate) in candidates.enumerated() { places[candidate.trace] = place }
    }
}
