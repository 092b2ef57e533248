/// What is known of drills: pages that Signalbox sends to itself, the whole way to a person.
package struct DrillBook: Additive, Sendable, Hashable {
    package var startedAtMilliseconds: Int64?
    package var succeededAtMilliseconds: Int64?
    package var failedAtMilliseconds: Int64?
    package var failureText = ""
    package var failures = 0
    package var successes = 0
    /// Of the drill under way.
    package var page: String?
    var fingerprint: String?
    var deadlineMilliseconds: Int64?
    /// When the next begins by itself.
    package var nextAtMilliseconds: Int64?

    package init() {}

    private static let dayMilliseconds: Int64 = 86_400_000

    mutating func schedule(_ policy: WatchPolicy.Drill?, at now: Int64) {
        guard let policy, let every = policy.everyMilliseconds else {
            nextAtMilliseconds = nil
            return
        }
        guard let at = policy.atMilliseconds else {
            nextAtMilliseconds = max((startedAtMilliseconds ?? now) + every, now)
            return
        }
        // Half a day of slack: a drill that somebody started in between does not move the hour.
        let from = max(startedAtMilliseconds.map { $0 + every - Self.dayMilliseconds / 2 } ?? now, now)
        let midnight = from - (from % Self.dayMilliseconds + Self.dayMilliseconds) % Self.dayMilliseconds
        nextAtMilliseconds = midnight + at >= from ? midnight + at : midnight + at + Self.dayMilliseconds
    }

    var nextTimer: Int64? { [nextAtMilliseconds, deadlineMilliseconds].compactMap { $0 }.min() }
}
