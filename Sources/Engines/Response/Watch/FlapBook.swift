/// When each group went between firing and quiet, lately.
package struct FlapBook: Additive, Sendable, Hashable {
    private var changes: [String: [Int64]] = [:]

    /// Groups remembered before those whose last change is long ago are dropped.
    private static let groupsMax = 10_000

    package init() {}

    mutating func note(_ group: String, at now: Int64, _ policy: WatchPolicy.Flapping) {
        let from = now - policy.windowMilliseconds
        // Also those of a clock that was set back.
        let kept = (changes[group] ?? []).filter { $0 > from && $0 <= now }
        changes[group] = (kept + [now]).suffix(policy.changes)
        if changes.count > Self.groupsMax { changes = changes.filter { ($0.value.last ?? from) > from } }
    }

    func isFlapping(_ group: String, at now: Int64, _ policy: WatchPolicy.Flapping) -> Bool {
        score(group, at: now, policy) >= policy.changes
    }

    /// Changes within the window, at most as many as make it flapping.
    package func score(_ group: String, at now: Int64, _ policy: WatchPolicy.Flapping) -> Int {
        (changes[group] ?? []).count { $0 > now - policy.windowMilliseconds && $0 <= now }
    }
}
