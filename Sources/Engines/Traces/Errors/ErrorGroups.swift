package import Basics
package import Logs
package import SignalModel

/// Errors of one cause (`ErrorGroupKey`).
package struct ErrorGroup: Sendable, Hashable {
    package var key: String
    package var type: String
    package var culprit: String
    /// Of the latest occurrence.
    package var message: String
    package var services: [String]
    package var count: Int
    /// Of those that its sender did not expect.
    package var unhandledCount: Int
    /// Of each step of the time asked for.
    package var counts: [Int]
    /// In all that is kept, not only in the time asked for.
    package var firstSeenNanoseconds: Int64
    package var lastSeenNanoseconds: Int64
    /// The version of the service at its first occurrence; empty when that was not said.
    package var firstVersion: String
    package var lastVersion: String
    /// Of the latest occurrence.
    package var trace: TraceID
}

/// One occurrence, for a list of them.
package struct StoredError: Sendable, Hashable {
    package var timeNanoseconds: Int64
    package var trace: TraceID
    package var span: UInt64
    package var service: String
    package var version: String
    package var type: String
    package var message: String
    package var culprit: String
    package var operation: String
    package var stack: String
    package var group: String
    /// Nil when its sender did not say.
    package var isHandled: Bool?
    package var attributes: [StoredSpan.Attribute]

    init(_ row: LogRow) {
        timeNanoseconds = row.place.timestampNanoseconds
        func text(_ name: String) -> String { row[name]?.text ?? "" }
        trace = TraceID(hexadecimal: Array(text(SpanFields.trace).utf8)) ?? .none
        span = SpanID(hexadecimal: Array(text(SpanFields.span).utf8))?.number ?? 0
        service = text(SpanFields.service)
        version = text(SpanFields.version)
        type = text(SpanFields.errorType)
        message = text(SpanFields.errorMessage)
        culprit = text(SpanFields.errorCulprit)
        operation = text(SpanFields.name)
        stack = text(SpanFields.errorStack)
        group = text(SpanFields.errorGroup)
        if case .bool(let value) = row[SpanFields.errorHandled] { isHandled = value }
        attributes = row.fields.filter { $0.name.hasPrefix(SpanFields.attributePrefix) }.map {
            StoredSpan.Attribute(
                name: String($0.name.dropFirst(SpanFields.attributePrefix.count)), values: $0.values,
                isArray: $0.isArray)
        }
    }
}

extension TraceReader {
    package struct ErrorGroups: Sendable {
        /// Most occurrences first.
        package var groups: [ErrorGroup]
        package var steps: TimeSteps
        /// There were more groups within the time than are counted.
        package var isTruncated = false
    }

    /// Further groups are not counted.
    package static let errorGroupsMax = 20_000

    /// Groups of errors within a time.
    package func errorGroups(
        times: Range<Int64>, filter: LogFilter = .all, steps: Int = 1, groupsMax: Int = Self.errorGroupsMax
    ) throws(LogQueryError) -> ErrorGroups {
        let steps = try Self.steps(times, steps)
        var groups: [String: ErrorGroup] = [:]
        var isTruncated = false
        let snapshot = store.snapshot()
        let within = query(filter, times: times, index: SpanFields.errorsIndex)
        try snapshot.visit(within) { view throws(LogQueryError) in
            let columns = try ErrorColumns(view)
            for row in view.matching.rows {
                let key = columns.keys[row]
                guard groups.count < groupsMax || groups[key] != nil else {
                    isTruncated = true
                    continue
                }
                columns.count(row, in: &groups[key, default: ErrorGroup(key: key, steps: steps.count)], steps)
            }
        }
        guard !groups.isEmpty else { return ErrorGroups(groups: [], steps: steps) }
        // All else that is kept is looked at, too, for the first and last time that each of these was seen.
        let all = LogQuery.allTimes
        for outside in [all.lowerBound..<times.lowerBound, times.upperBound..<all.upperBound] where !outside.isEmpty {
            let query = query(filter, times: outside, index: SpanFields.errorsIndex)
            try snapshot.visit(query) { view throws(LogQueryError) in
                let columns = try ErrorColumns(view)
                for row in view.matching.rows {
                    let key = columns.keys[row]
                    if groups[key] != nil {
                        columns.see(row, of: &groups[key, default: ErrorGroup(key: key, steps: 0)])
                    }
                }
            }
        }
        return ErrorGroups(
            groups: groups.values.sorted { ($0.count, $1.key) > ($1.count, $0.key) }, steps: steps,
            isTruncated: isTruncated)
    }

    /// Occurrences, latest first.
    package func errors(
        times: Range<Int64> = LogQuery.allTimes, filter: LogFilter = .all, limit: Int
    ) throws(LogQueryError) -> [StoredError] {
        try store.snapshot().rows(
            query(filter, times: times, index: SpanFields.errorsIndex), LogRowsRequest(limit: limit)
        ).map { StoredError($0) }
    }

    /// Those of one trace, by time.
    package func errors(of trace: TraceID, limit: Int = 1000) throws(LogQueryError) -> [StoredError] {
        let query = query(.field(SpanFields.trace, trace.hexadecimal), index: SpanFields.errorsIndex)
        return try store.snapshot(ofGroups: [trace.hexadecimal]).rows(
            query, LogRowsRequest(isDescending: false, limit: limit)
        ).map { StoredError($0) }
    }
}

extension ErrorGroup {
    fileprivate init(key: String, steps: Int) {
        self.init(
            key: key, type: "", culprit: "", message: "", services: [], count: 0, unhandledCount: 0,
            counts: [Int](repeating: 0, count: steps), firstSeenNanoseconds: .max, lastSeenNanoseconds: .min,
            firstVersion: "", lastVersion: "", trace: .none)
    }
}

/// The columns of a block that groups of errors are made of.
private struct ErrorColumns {
    let keys: SpanColumns.Texts
    private let times: [Int64]
    private let types, culprits, messages, services, versions, handled, traces: SpanColumns.Texts

    init(_ view: LogBlockView) throws(LogQueryError) {
        times = try view.timestamps()
        func texts(_ name: String) throws(LogQueryError) -> SpanColumns.Texts {
            SpanColumns.Texts(try view.column(name))
        }
        keys = try texts(SpanFields.errorGroup)
        types = try texts(SpanFields.errorType)
        culprits = try texts(SpanFields.errorCulprit)
        messages = try texts(SpanFields.errorMessage)
        services = try texts(SpanFields.service)
        versions = try texts(SpanFields.version)
        handled = try texts(SpanFields.errorHandled)
        traces = try texts(SpanFields.trace)
    }

    /// When it was first and last seen.
    func see(_ row: Int, of group: inout ErrorGroup) {
        let time = times[row]
        let version = versions[row]
        if time < group.firstSeenNanoseconds || time == group.firstSeenNanoseconds && version < group.firstVersion {
            group.firstSeenNanoseconds = time
            group.firstVersion = version
        }
        let message = messages[row]
        if time > group.lastSeenNanoseconds || time == group.lastSeenNanoseconds && message > group.message {
            group.lastSeenNanoseconds = time
            group.lastVersion = version
            group.type = types[row]
            group.culprit = culprits[row]
            group.message = message
            group.trace = TraceID(hexadecimal: Array(traces[row].utf8)) ?? .none
        }
    }

    func count(_ row: Int, in group: inout ErrorGroup, _ steps: TimeSteps) {
        see(row, of: &group)
        group.count += 1
        if handled[row] == "false" { group.unhandledCount += 1 }
        group.counts[steps.place(of: times[row])] += 1
        let service = services[row]
        if !group.services.contains(service) {
            group.services.append(service)
            group.services.sort()
        }
    }
}
