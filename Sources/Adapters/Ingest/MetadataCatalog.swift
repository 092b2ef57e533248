import Synchronization
package import WireFormats

/// What senders say about metrics: type, help, unit. In memory only: it is repeated all the time.
package final class MetadataCatalog: Sendable {
    package struct Entry: Sendable, Hashable {
        /// In the words of Prometheus' API.
        package var type: String
        package var help: String
        package var unit: String

        package init(type: String, help: String, unit: String) {
            self.type = type
            self.help = help
            self.unit = unit
        }

        fileprivate var bytesCount: Int { type.utf8.count + help.utf8.count + unit.utf8.count }
    }

    private struct State {
        var entries: [String: [Entry]] = [:]
        var bytesCount = 0
    }

    /// Metrics remembered; what is said about more is not.
    package static let metricsMax = 100_000
    /// Different descriptions of one metric, from different senders; a new one takes the place of the oldest.
    package static let entriesPerMetricMax = 8
    /// Bytes of names and texts remembered; what would exceed them is not.
    package static let textBytesMax = 32 << 20

    private let state = Mutex(State())

    package init() {}

    package func note(_ records: [MetricMetadata]) {
        guard !records.isEmpty else { return }
        state.withLock { state in
            for record in records { Self.note(record, in: &state) }
        }
    }

    private static func note(_ record: MetricMetadata, in state: inout State) {
        let entry = Entry(type: record.type.rawValue, help: record.help, unit: record.unit)
        let known = state.entries[record.metric]
        if let known, known.contains(entry) { return }
        let added = entry.bytesCount + (known == nil ? record.metric.utf8.count : 0)
        guard state.bytesCount + added <= textBytesMax, known != nil || state.entries.count < metricsMax else {
            return
        }
        state.bytesCount += added
        state.entries[record.metric, default: []].append(entry)
        if let known, known.count == entriesPerMetricMax {
            state.bytesCount -= known[0].bytesCount
            state.entries[record.metric]?.removeFirst()
        }
    }

    /// Sorted by metric.
    package func all() -> [(metric: String, entries: [Entry])] {
        state.withLock { state in state.entries.map { ($0.key, $0.value) } }.sorted { $0.0 < $1.0 }
    }
}
