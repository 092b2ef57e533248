package import Logs
package import SignalModel

/// What one person may see of the spans, at one moment.
package struct TraceReader: Sendable {
    let store: LogStore
    let access: LogAccess
    let classes: FieldClasses
    let cancellation: LogCancellation
    let budget: LogBudget

    /// With something hidden, events and links are, too: they are texts in which the hidden could stand.
    package init(
        _ store: TraceStore, access: LogAccess = .everything, classes: FieldClasses = FieldClasses(),
        cancellation: LogCancellation = LogCancellation(), budget: LogBudget = LogBudget()
    ) {
        self.store = store.store
        var access = access
        if !access.maskedFields.isEmpty { access.maskedFields += [SpanFields.events, SpanFields.links] }
        self.access = access
        self.classes = classes
        self.cancellation = cancellation
        self.budget = budget
    }

    func query(
        _ filter: LogFilter, times: Range<Int64> = LogQuery.allTimes, index: String = SpanFields.spansIndex
    ) -> LogQuery {
        LogQuery(
            times: times, indices: [index], filter: filter, classes: classes, access: access, budget: budget,
            cancellation: cancellation)
    }

    /// Of the spans of one trace those that are seen.
    package struct Spans: Sendable {
        package var spans: [StoredSpan]
        /// How many there are; more than `spans` when only the earliest were read.
        package var count: Int
        /// Without attributes, events and links, since there are so many spans.
        package var isLean: Bool
    }

    /// Of a longer trace only the earliest spans are given.
    package static let spansMax = 100_000
    /// Of a longer trace spans are given without their attributes.
    package static let fullSpansMax = 10_000

    /// What an assembled trace needs.
    static let leanFields = [
        SpanFields.trace, SpanFields.span, SpanFields.parent, SpanFields.name, SpanFields.kind, SpanFields.duration,
        SpanFields.status, SpanFields.weight, SpanFields.shared, SpanFields.remoteParent, SpanFields.transaction,
        SpanFields.service, SpanFields.environment, SpanFields.version, "resource.service.instance.id",
        "resource.host.name", "resource.k8s.pod.name", "resource.host.ip", "resource.net.host.ip",
    ]

    /// The spans of a trace by their starts; none for one that is not there.
    package func spans(of trace: TraceID, isLean: Bool = false) throws(LogQueryError) -> Spans {
        let snapshot = store.snapshot(ofGroups: [trace.hexadecimal])
        let query = query(.field(SpanFields.trace, trace.hexadecimal))
        let count = try snapshot.count(query)
        let isLean = isLean || count > Self.fullSpansMax
        let rows = try snapshot.rows(
            query,
            LogRowsRequest(
                isDescending: false, limit: min(max(count, 1), Self.spansMax),
                fields: isLean ? Self.leanFields : nil))
        return Spans(spans: rows.compactMap { StoredSpan($0) }, count: count, isLean: isLean)
    }

    /// One span of a trace, whole; of the two with one id that Zipkin's shared spans have, both.
    package func span(_ id: UInt64, of trace: TraceID) throws(LogQueryError) -> [StoredSpan] {
        let filter = LogFilter.and([
            .field(SpanFields.trace, trace.hexadecimal), .field(SpanFields.span, SpanID(id).hexadecimal),
        ])
        return try store.snapshot(ofGroups: [trace.hexadecimal]).rows(
            query(filter), LogRowsRequest(isDescending: false, limit: 100)
        ).compactMap { StoredSpan($0) }
    }
}
