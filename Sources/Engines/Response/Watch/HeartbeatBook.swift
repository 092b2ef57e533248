import Basics

/// The heartbeats that are waited for. Which there are is the configuration's; this knows when each beat.
package struct HeartbeatBook: Additive, Sendable, Hashable {
    package struct Heartbeat: Sendable, Hashable, Codable {
        package var beatAtMilliseconds: Int64?
        /// From then on it is waited for: configured, or Signalbox started, which could not hear while it was down.
        package var waitsSinceMilliseconds: Int64
        /// Fingerprint of the alert that says it is missed.
        package var missed: String?
    }

    package private(set) var heartbeats: [String: Heartbeat] = [:]
    private var deadlines = TimerQueue()

    package init() {}

    package var next: Int64? { deadlines.next }
    package func deadline(of name: String) -> Int64? { deadlines[name] }

    /// Whether a beat now tells something: the first, one after a while, or one that ends an alarm.
    package func needs(_ name: String, at now: Int64, _ policy: WatchPolicy.Heartbeat) -> Bool {
        guard let known = heartbeats[name], let beatAt = known.beatAtMilliseconds, known.missed == nil else {
            return true
        }
        return now - beatAt >= policy.resolutionMilliseconds || now < beatAt
    }

    /// Takes over what is configured; names those that are gone while they were missed, by their alerts.
    mutating func configure(_ policies: [String: WatchPolicy.Heartbeat], at now: Int64) -> [String] {
        var gone: [String] = []
        for (name, heartbeat) in heartbeats where policies[name] == nil {
            if let missed = heartbeat.missed { gone.append(missed) }
            heartbeats[name] = nil
            deadlines.set(name, at: nil)
        }
        for (name, policy) in policies {
            let heartbeat = heartbeats[name] ?? Heartbeat(waitsSinceMilliseconds: now)
            heartbeats[name] = heartbeat
            schedule(name, policy)
        }
        return gone.sorted()
    }

    /// The fingerprint of the alarm that this beat ends.
    mutating func beat(_ name: String, at now: Int64, _ policy: WatchPolicy.Heartbeat) -> String? {
        guard var heartbeat = heartbeats[name] else { return nil }
        let missed = heartbeat.missed
        heartbeat.beatAtMilliseconds = now
        heartbeat.missed = nil
        heartbeats[name] = heartbeat
        schedule(name, policy)
        return missed
    }

    /// What beat while nobody could hear it is waited for anew.
    mutating func restart(_ policies: [String: WatchPolicy.Heartbeat], at now: Int64) {
        for (name, policy) in policies where heartbeats[name]?.missed == nil {
            heartbeats[name]?.waitsSinceMilliseconds = now
            schedule(name, policy)
        }
    }

    /// A clock that went back while nothing else waited: no beat is later than now.
    mutating func turnBack(_ policies: [String: WatchPolicy.Heartbeat], to now: Int64) {
        for (name, policy) in policies {
            guard let heartbeat = heartbeats[name] else { continue }
            heartbeats[name]?.waitsSinceMilliseconds = min(heartbeat.waitsSinceMilliseconds, now)
            heartbeats[name]?.beatAtMilliseconds = heartbeat.beatAtMilliseconds.map { min($0, now) }
            schedule(name, policy)
        }
    }

    mutating func takeDue(at now: Int64) -> [String] { deadlines.takeDue(at: now) }
    mutating func miss(_ name: String, alert fingerprint: String) { heartbeats[name]?.missed = fingerprint }

    private mutating func schedule(_ name: String, _ policy: WatchPolicy.Heartbeat) {
        guard let heartbeat = heartbeats[name], heartbeat.missed == nil else { return deadlines.set(name, at: nil) }
        let from = max(
            heartbeat.beatAtMilliseconds ?? heartbeat.waitsSinceMilliseconds, heartbeat.waitsSinceMilliseconds)
        let wait = policy.everyMilliseconds + policy.graceMilliseconds + policy.resolutionMilliseconds
        deadlines.set(name, at: from + wait)
    }
}
