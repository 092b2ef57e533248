import Basics

/// What each receiver was told last of each group: decides whether there is something new to tell, over restarts and
/// reloads. Alertmanager's nflog.
package struct NotificationLog: Sendable, Hashable, Codable {
    package struct Entry: Sendable, Hashable, Codable {
        package var firing: Set<UInt64>
        package var resolved: Set<UInt64>
        package var atMilliseconds: Int64
        var expiresAtMilliseconds: Int64
    }

    var entries: GradualDictionary<String, Entry> = [:]
    private var sweepAtMilliseconds: Int64 = 0

    /// Longer ago than this nothing is remembered, which also bounds `repeat_interval`.
    static let retentionMilliseconds: Int64 = 120 * 3_600_000
    private static let sweepEveryMilliseconds: Int64 = 900_000

    init() {}

    static func key(group: String, receiver: String, integration: String) -> String {
        "\(group)\u{1}\(receiver)\u{1}\(integration)"
    }

    subscript(key: String) -> Entry? { entries[key] }

    package func entry(group: String, receiver: String, integration: String) -> Entry? {
        entries[Self.key(group: group, receiver: receiver, integration: integration)]
    }

    mutating func log(
        _ key: String, firing: Set<UInt64>, resolved: Set<UInt64>, repeatMilliseconds: Int64, at now: Int64
    ) {
        entries[key] = Entry(
            firing: firing, resolved: resolved, atMilliseconds: now,
            expiresAtMilliseconds: now + min(2 * repeatMilliseconds, Self.retentionMilliseconds))
    }

    mutating func sweep(at now: Int64) {
        guard now >= sweepAtMilliseconds else { return }
        sweepAtMilliseconds = now + Self.sweepEveryMilliseconds
        entries = entries.filter { $0.value.expiresAtMilliseconds > now }
    }
}

/// Why a group is told.
package enum NotificationReason: String, Sendable, Hashable, Codable {
    case first = "first notification"
    case newAlerts = "new alerts"
    case allResolved = "all alerts resolved"
    case someResolved = "some alerts resolved"
    case repeated = "repeat interval elapsed"
}

extension NotificationLog.Entry? {
    /// Alertmanager's needsUpdate: nil when there is nothing to tell.
    func reason(
        firing: Set<UInt64>, resolved: Set<UInt64>, sendsResolved: Bool, repeatMilliseconds: Int64, at now: Int64
    ) -> NotificationReason? {
        guard let entry = self else { return firing.isEmpty ? nil : .first }
        if !firing.isSubset(of: entry.firing) { return .newAlerts }
        // Told whatever `send_resolved` says, so that the log forgets what fired.
        if firing.isEmpty { return entry.firing.isEmpty ? nil : .allResolved }
        if sendsResolved, !resolved.isSubset(of: entry.resolved) { return .someResolved }
        return entry.atMilliseconds < now - repeatMilliseconds ? .repeated : nil
    }
}
