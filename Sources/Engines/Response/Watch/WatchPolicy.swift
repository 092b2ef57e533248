package import SignalModel

/// What silence and unrest mean to the page plane, and what must be heard of regularly. Durations in milliseconds,
/// because this is part of the journal.
package struct WatchPolicy: Additive, Sendable, Hashable {
    package struct Heartbeat: Sendable, Hashable, Codable {
        package var everyMilliseconds: Int64
        package var graceMilliseconds: Int64
        package var severity: Severity
        /// Of the alert `HeartbeatMissed`.
        package var labels: [String: String]

        package init(everyMilliseconds: Int64, graceMilliseconds: Int64, severity: Severity, labels: [String: String])
        {
            self.everyMilliseconds = everyMilliseconds
            self.graceMilliseconds = graceMilliseconds
            self.severity = severity
            self.labels = labels
        }

        /// Beats that follow another more closely are not journalled; an alarm comes this much late at most.
        package var resolutionMilliseconds: Int64 { max(everyMilliseconds / 10, 1000) }
    }

    package struct Flapping: Sendable, Hashable, Codable {
        /// Changes between firing and quiet within the window that make a page a flapping one.
        package var changes = 6
        package var windowMilliseconds: Int64 = 30 * 60_000
        /// A flapping page closes when it was quiet for so long.
        package var holdDownMilliseconds: Int64 = 10 * 60_000
        package init() {}
    }

    package struct Drill: Sendable, Hashable, Codable {
        /// Paged at level 1; there is no other.
        package var people: [String]
        /// Channels, by key, that are told as of any page.
        package var channels: [String]
        /// Nil: only when somebody starts one.
        package var everyMilliseconds: Int64?
        /// Of the day in UTC; nil: whenever `every` has passed.
        package var atMilliseconds: Int64?
        /// A drill succeeds when it is acknowledged within this; nil: when every message is delivered.
        package var acknowledgeWithinMilliseconds: Int64?

        package init(people: [String], channels: [String]) {
            self.people = people
            self.channels = channels
        }

        /// Messages that are not delivered within this have failed, where nobody needs to acknowledge.
        static let deliverWithinMilliseconds: Int64 = 5 * 60_000
        var withinMilliseconds: Int64 { acknowledgeWithinMilliseconds ?? Self.deliverWithinMilliseconds }
    }

    /// By name.
    package var heartbeats: [String: Heartbeat] = [:]
    /// An alert whose sender went away without a word is taken for over after this.
    package var noDataAfterMilliseconds: Int64 = 24 * 3_600_000
    package var flapping = Flapping()
    package var drill: Drill?

    package init() {}
}

/// Of a page what the watch over silence and unrest knows.
package struct PageWatch: Additive, Sendable, Hashable {
    /// Alerts that nobody repeats any more though nobody said they are over, and since when.
    package var silentSinceMilliseconds: [String: Int64] = [:]
    /// When the first of them is taken for over.
    package var silentUntilMilliseconds: Int64?
    /// Nothing fires, and the page closes then unless something fires again.
    package var heldUntilMilliseconds: Int64?
    /// It went between firing and quiet so often that it was held open.
    package var isFlapping = false
    package var isDrill = false

    package init() {}

    /// `limit`: how long an alert may be silent.
    mutating func silence(_ fingerprint: String, at now: Int64, _ limit: Int64) {
        silentSinceMilliseconds[fingerprint] = now
        schedule(limit)
    }

    /// False when it was not silent.
    @discardableResult
    mutating func unsilence(_ fingerprint: String, _ limit: Int64) -> Bool {
        guard silentSinceMilliseconds.removeValue(forKey: fingerprint) != nil else { return false }
        schedule(limit)
        return true
    }

    mutating func schedule(_ limit: Int64) {
        silentUntilMilliseconds = silentSinceMilliseconds.values.min().map { $0 + limit }
    }

    package var hasNoData: Bool { !silentSinceMilliseconds.isEmpty }
}
