package import Logs
package import SignalModel

/// An operation of a service and the kinds of spans it has.
package struct ServiceOperation: Sendable, Hashable {
    package var name: String
    package var kind: Span.Kind
    package var spanCount: Int
}

extension TraceReader {
    /// More values of a name are an error.
    private static let valuesMax = 100_000

    /// Names of services that have spans, sorted.
    package func services(
        times: Range<Int64> = LogQuery.allTimes, filter: LogFilter = .all
    ) throws(LogQueryError) -> [String] {
        try values(of: SpanFields.service, times: times, filter: filter, limit: Self.valuesMax).map(\.value).sorted()
    }

    /// By name, then kind.
    package func operations(
        of service: String?, times: Range<Int64> = LogQuery.allTimes, filter: LogFilter = .all
    ) throws(LogQueryError) -> [ServiceOperation] {
        struct Key: Hashable {
            var name: String
            var kind: String
        }
        var counts: [Key: Int] = [:]
        let own = service.map { LogFilter.field(SpanFields.service, $0) } ?? .all
        try store.snapshot().visit(query(.and([own, filter]), times: times)) { view throws(LogQueryError) in
            let names = SpanColumns.Texts(try view.column(SpanFields.name))
            let kinds = SpanColumns.Texts(try view.column(SpanFields.kind))
            var known: [Int: Int] = [:]
            for row in view.matching.rows {
                known[(names.place(row) + 1) << 16 | (kinds.place(row) + 1), default: 0] += 1
            }
            for (key, count) in known {
                let (name, kind) = ((key >> 16) - 1, (key & 0xffff) - 1)
                guard name >= 0 else { continue }
                counts[Key(name: names.values[name], kind: kind < 0 ? "" : kinds.values[kind]), default: 0] += count
            }
            guard counts.count <= Self.valuesMax else {
                throw LogQueryError(.overRows, "more than \(Self.valuesMax) operations")
            }
        }
        return counts.map { ServiceOperation(name: $0.name, kind: Span.Kind(text: $0.kind), spanCount: $1) }
            .sorted { ($0.name, $0.kind.rawValue) < ($1.name, $1.kind.rawValue) }
    }

    /// Names of fields that spans have, sorted.
    package func fieldNames(
        times: Range<Int64> = LogQuery.allTimes, filter: LogFilter = .all
    ) throws(LogQueryError) -> [LogFieldSummary] {
        try store.snapshot().fieldNames(query(filter, times: times))
    }

    /// The values of a field, the most frequent ones first.
    package func values(
        of field: String, times: Range<Int64> = LogQuery.allTimes, filter: LogFilter = .all, limit: Int
    ) throws(LogQueryError) -> [(value: String, kind: LogBatch.Kind, count: Int)] {
        try store.snapshot().topValues(query(filter, times: times), of: field, limit: limit).values.map {
            ($0.value.text, $0.value.kind, $0.count)
        }
    }
}
