package import Basics
import Synchronization

/// What senders say about metrics: type, help, unit. In memory only: it is repeated all the time.
package final class MetadataCatalog: Sendable {
    package struct Entry: Sendable, Hashable {
        package var type: String
        package var help: String
        package var unit: String

        package init(type: String, help: String, unit: String) {
            self.type = type
            self.help = help
            self.unit = unit
        }
    }

    /// Metrics remembered; beyond it new names are not.
    private static let metricsMax = 100_000
    /// Different descriptions of one metric, from different senders.
    private static let entriesPerMetricMax = 8

    private let entries = Mutex<[String: [Entry]]>([:])

    package init() {}

    package func note(_ metric: String, _ entry: Entry) {
        entries.withLock { entries in
            guard entries[metric] != nil || entries.count < Self.metricsMax else { return }
            var known = entries[metric] ?? []
            guard !known.contains(entry) else { return }
            known.append(entry)
            entries[metric] = known.suffix(Self.entriesPerMetricMax)
        }
    }

    package func all() -> [(metric: String, entries: [Entry])] {
        entries.withLock { entries in entries.map { ($0.key, $0.value) } }.sorted { $0.0 < $1.0 }
    }
}
