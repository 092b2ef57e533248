import Basics
import HTTPAPI
import Identity
import Rules
import SignalModel
import StateStore
import Synchronization
import Yams

/// The rule groups that came by the API, in memory as in the state database. Changes block on the disk and are to be
/// made by one thread at a time.
final class ManagedRules: Sendable {
    private struct Entry {
        var text: String
        /// Nil when the running configuration cannot read the text; it can be read and replaced all the same.
        var group: ManagedRuleGroup?
    }

    private let store: SQLiteRuleGroupStore
    private let audit: any AuditSink
    private let clock: any WallClock
    private let entries: Mutex<[RuleGroupKey: Entry]>

    /// Groups of all namespaces; one more is refused.
    private static let groupsMax = 1000
    /// Of the YAML of all groups, which is held in memory; a group that leads beyond is refused.
    private static let bytesMax = 16 << 20

    /// Reads what is stored. `unreadable` is told of groups that cannot be evaluated, with the reason: a feature of
    /// the language that was switched off, say.
    init(
        store: SQLiteRuleGroupStore, audit: any AuditSink, clock: any WallClock, metrics: MetricsSettings,
        unreadable: (RuleGroupKey, ConfigurationError) -> Void
    ) throws {
        self.store = store
        self.audit = audit
        self.clock = clock
        var read: [RuleGroupKey: Entry] = [:]
        for stored in try store.load() {
            let key = RuleGroupKey(file: stored.namespace, name: stored.name)
            var entry = Entry(text: stored.text)
            do throws(ConfigurationError) {
                entry.group = try ManagedRuleGroup(stored.text, in: stored.namespace, metrics)
            } catch { unreadable(key, error) }
            read[key] = entry
        }
        entries = Mutex(read)
    }

    // MARK: Reading

    /// What is to be evaluated, sorted by namespace and name.
    func groups(with metrics: MetricsSettings) -> [RuleGroup] {
        sorted(in: nil).compactMap { $0.entry.group?.group(with: metrics) }
    }

    var namespaces: Set<String> { entries.withLock { Set($0.keys.map(\.file)) } }

    func text(of key: RuleGroupKey) -> String? { entries.withLock { $0[key]?.text } }

    /// Namespaces with their groups as YAML; nil without a group.
    func text(in namespace: String?) throws -> String? {
        let all = sorted(in: namespace)
        if all.isEmpty { return nil }
        var lists: [(name: String, groups: [Node])] = []
        for (key, entry) in all {
            guard let node = try Yams.compose(yaml: entry.text) else { continue }
            if lists.last?.name != key.file { lists.append((key.file, [])) }
            lists[lists.count - 1].groups.append(node)
        }
        return try YAMLDocument.text(
            of: Node(lists.map { (YAMLDocument.scalar($0.name), Node($0.groups)) }))
    }

    private func sorted(in namespace: String?) -> [(key: RuleGroupKey, entry: Entry)] {
        entries.withLock { $0 }.filter { namespace == nil || $0.key.file == namespace }
            .sorted { ($0.key.file, $0.key.name) < ($1.key.file, $1.key.name) }.map { ($0.key, $0.value) }
    }

    // MARK: Changing

    func put(_ group: ManagedRuleGroup, by actor: Principal, source: String) throws(APIError) {
        let key = group.group.key
        let others = entries.withLock { $0.filter { $0.key != key } }
        guard others.count < Self.groupsMax else {
            throw APIError(.execution, "there may be at most \(Self.groupsMax) rule groups")
        }
        guard others.values.reduce(group.text.utf8.count, { $0 + $1.text.utf8.count }) <= Self.bytesMax else {
            throw APIError(.execution, "all rule groups together may have at most \(Self.bytesMax) bytes of YAML")
        }
        try keep(.ruleGroupStored, Self.subject(key), actor, source) {
            try store.put(StoredRuleGroup(namespace: key.file, name: key.name, text: group.text))
        }
        entries.withLock { $0[key] = Entry(text: group.text, group: group) }
    }

    /// False when there is no such group.
    func remove(_ key: RuleGroupKey, by actor: Principal, source: String) throws(APIError) -> Bool {
        guard text(of: key) != nil else { return false }
        try keep(.ruleGroupRemoved, Self.subject(key), actor, source) {
            try store.remove(namespace: key.file, name: key.name)
        }
        entries.withLock { $0[key] = nil }
        return true
    }

    /// False when the namespace has no group.
    func removeAll(in namespace: String, by actor: Principal, source: String) throws(APIError) -> Bool {
        guard namespaces.contains(namespace) else { return false }
        try keep(.ruleNamespaceRemoved, "rules:\(namespace)", actor, source) { try store.removeAll(in: namespace) }
        entries.withLock { entries in entries = entries.filter { $0.key.file != namespace } }
        return true
    }

    private static func subject(_ key: RuleGroupKey) -> String { "rules:\(key.file)/\(key.name)" }

    /// The entry first, as for all that is audited: a change that nobody answers for must not be.
    private func keep(
        _ action: IdentityAuditEntry.Action, _ subject: String, _ actor: Principal, _ source: String,
        _ change: () throws -> Void
    ) throws(APIError) {
        do {
            try audit.record(
                IdentityAuditEntry(
                    at: clock.now(), actor: actor.auditName, action: action, subject: subject, source: source))
            try change()
        } catch let error as StateStoreError {
            throw APIError(error.code == .unavailable ? .unavailable : .internal, error.message)
        } catch { throw APIError(error) }
    }
}
