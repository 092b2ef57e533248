import Basics
import HTTPAPI
import Identity
import Logging
import Logs
import SignalModel
import StateStore
import Synchronization

/// What is counted of logs: the rules of the configuration, and those that came by the API, in memory as in the state
/// database. Changes block on the disk and are to be made by one thread at a time.
final class ManagedLogMetrics: Sendable {
    private struct Entry {
        var definition: LogMetricDefinition
        var changedAt: Timestamp
        var changedBy: String
    }

    private let configured: [LogMetricRule]
    private let store: SQLiteLogNames
    private let clock: any WallClock
    private let entries: Mutex<[String: Entry]>

    /// With those of the configuration; one more is refused. Each is asked of every record.
    private static let rulesMax = 200

    /// Reads what is stored; one that cannot be read any more, or has the name of one that is configured, is told and
    /// left out.
    init(
        _ configured: [LogMetricRule], store: SQLiteLogNames, clock: any WallClock, logger: Logger
    ) throws {
        self.configured = configured
        self.store = store
        self.clock = clock
        var read: [String: Entry] = [:]
        for stored in try store.load() {
            do {
                guard !configured.contains(where: { $0.name == stored.name }) else {
                    throw APIError(.conflict, "the configuration has a metric of this name")
                }
                let definition = try LogMetricDefinition(name: stored.name, json: stored.text)
                read[stored.name] = Entry(
                    definition: definition, changedAt: stored.changedAt, changedBy: stored.changedBy)
            } catch {
                logger.error(
                    "a stored metric of logs is not counted",
                    metadata: ["metric": "\(stored.name)", "reason": "\(error)"])
            }
        }
        entries = Mutex(read)
    }

    var rules: [LogMetricRule] { configured + sorted.map(\.definition.rule) }

    private var sorted: [Entry] {
        entries.withLock { Array($0.values) }.sorted { $0.definition.name < $1.definition.name }
    }

    var listed: [ListedLogMetric] {
        configured.map { ListedLogMetric(name: $0.name, labels: $0.labels) }
            + sorted.map { entry in
                ListedLogMetric(
                    name: entry.definition.name, labels: entry.definition.labels, definition: entry.definition,
                    changedAt: entry.changedAt, changedBy: entry.changedBy)
            }
    }

    func put(
        _ definition: LogMetricDefinition, by actor: Principal, source: String, audit: any AuditSink
    ) throws {
        let name = definition.name
        guard !configured.contains(where: { $0.name == name }) else {
            throw APIError(.conflict, "the configuration has a metric \(quoted(name)) already")
        }
        let others = entries.withLock { $0.filter { $0.key != name }.count }
        guard configured.count + others < Self.rulesMax else {
            throw APIError(.execution, "there may be at most \(Self.rulesMax) metrics of logs")
        }
        let now = clock.now()
        try audit.record(
            IdentityAuditEntry(
                at: now, actor: actor.auditName, action: .logMetricStored, subject: "log-metric:\(name)",
                source: source, details: ["query": String(definition.query.prefix(1000))]))
        try store.put(
            SQLiteLogNames.Entry(name: name, text: definition.json, changedAt: now, changedBy: actor.auditName))
        entries.withLock {
            $0[name] = Entry(definition: definition, changedAt: now, changedBy: actor.auditName)
        }
    }

    /// False when there is none of the name.
    func remove(_ name: String, by actor: Principal, source: String, audit: any AuditSink) throws -> Bool {
        guard entries.withLock({ $0[name] != nil }) else { return false }
        try audit.record(
            IdentityAuditEntry(
                at: clock.now(), actor: actor.auditName, action: .logMetricRemoved, subject: "log-metric:\(name)",
                source: source))
        try store.remove(name: name)
        entries.withLock { $0[name] = nil }
        return true
    }
}

/// Saved searches in the state database.
struct KeptSavedSearches: SavedSearchKeeping {
    let store: SQLiteLogNames

    func load() throws -> [SavedSearch] {
        try store.load().map {
            SavedSearch(name: $0.name, search: $0.text, changedAt: $0.changedAt, changedBy: $0.changedBy)
        }
    }

    func put(_ search: SavedSearch) throws {
        try store.put(
            SQLiteLogNames.Entry(
                name: search.name, text: search.search, changedAt: search.changedAt, changedBy: search.changedBy))
    }

    func remove(name: String) throws { try store.remove(name: name) }
}
