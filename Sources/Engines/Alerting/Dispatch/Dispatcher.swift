import SignalModel

/// Alertmanager's dispatcher as a value: alerts come and go, time passes, notifications come out.
///
/// An alert costs a walk of the route tree and a look-up a group; time costs a heap operation a group that is due.
/// Delivery is somebody else's: each notification's end comes back in, and until it does its group waits, as there.
package struct Dispatcher: Sendable, Hashable, Codable {
    struct InFlight: Sendable, Hashable, Codable {
        var group: String
        var logKey: String
        var firing: Set<UInt64>
        var resolved: Set<UInt64>
        var repeatMilliseconds: Int64
    }

    /// By id.
    package internal(set) var groups: [String: AlertGroup] = [:]
    package internal(set) var log = NotificationLog()
    /// By notification key.
    var inFlight: [String: InFlight] = [:]
    /// Counts flushes over all groups: part of notification keys, so that no two are the same.
    var flushes: UInt64 = 0
    /// Alerts that would have opened one group too many.
    package internal(set) var refusedCount = 0
    var timers = TimerHeap()

    /// A group without members is kept for this long, so that what returns soon is no new group.
    static let emptyGroupMilliseconds: Int64 = 30_000
    /// A flush is tried for at least this long, however short `group_interval` is.
    static let flushMinMilliseconds: Int64 = 10_000
    /// From this many groups on ticks are rounded up to `coarseTickMilliseconds`, so that they come in batches.
    static let coarseTickGroupsMin = 1000
    static let coarseTickMilliseconds: Int64 = 250

    init() {}

    // MARK: Alerts

    mutating func insert(_ alert: AlertBook.Alert, _ id: UInt64, _ tree: RouteTree, at now: Int64) {
        prepare()
        for route in tree.match(alert.labels) {
            let labels = route.groupLabels(alert.labels)
            let groupID = Self.id(route, labels)
            let isOverdue = alert.startsAtMilliseconds + route.groupWaitMilliseconds < now
            // Nobody waits for company with a P0.
            let isUrgent = alert.labels["severity"] == Severity.p0.rawValue
            var group: AlertGroup
            if let known = groups.removeValue(forKey: groupID) {
                group = known
            } else {
                guard groups.count < AlertingLimits.groupsMax || isUrgent else {
                    refusedCount += 1
                    continue
                }
                group = AlertGroup(
                    id: groupID, route: route.id, key: "\(route.key):\(Self.text(labels))", labels: labels,
                    tickAtMilliseconds: tick(now + route.groupWaitMilliseconds))
                timers.push(group.dueAtMilliseconds, groupID)
            }
            let wasEmpty = group.members.isEmpty
            group.members[id, default: AlertGroup.Member()].version += 1
            group.members[id]?.ended = nil
            if isUrgent || (!group.hasFlushed && isOverdue) {
                if group.underWay.isEmpty { group.tickAtMilliseconds = now } else { group.owesTick = true }
                setTimer(&group, group.underWay.isEmpty ? now : group.dueAtMilliseconds)
            } else if wasEmpty {
                setTimer(&group, group.tickAtMilliseconds)
            }
            groups[groupID] = group
        }
    }

    mutating func end(_ alert: AlertBook.Alert, _ id: UInt64, _ tree: RouteTree) {
        for route in tree.match(alert.labels) {
            let groupID = Self.id(route, route.groupLabels(alert.labels))
            guard groups[groupID]?.members[id] != nil else { continue }
            groups[groupID]?.members[id]?.version += 1
            groups[groupID]?.members[id]?.ended = alert
        }
    }

    // MARK: Groups

    private static func id(_ route: Route, _ labels: [String: String]) -> String { "\(route.id):\(text(labels))" }

    /// As Go prints a label set.
    static func text(_ labels: [String: String]) -> String {
        let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value))" }
        return "{" + pairs.joined(separator: ", ") + "}"
    }

    mutating func prepare() {
        if !timers.isBuilt { timers.rebuild(groups) }
    }

    mutating func setTimer(_ group: inout AlertGroup, _ due: Int64) {
        guard group.dueAtMilliseconds != due else { return }
        group.dueAtMilliseconds = due
        timers.push(due, group.id)
    }

    func tick(_ time: Int64) -> Int64 {
        guard groups.count >= Self.coarseTickGroupsMin else { return time }
        let rest = time % Self.coarseTickMilliseconds
        return rest == 0 ? time : time + Self.coarseTickMilliseconds - rest
    }

    /// The earliest timer; an entry that no longer holds may make it too early, never too late.
    var nextDue: Int64? { timers.isBuilt ? timers.first?.due : groups.values.map(\.dueAtMilliseconds).min() }

    /// Another configuration: all groups are made anew, what was told is remembered. Returns the ended alerts that nobody
    /// was told of yet and the keys of what is under way.
    mutating func reset() -> (ended: [UInt64: AlertBook.Alert], dropped: [String]) {
        var content: [UInt64: AlertBook.Alert] = [:]
        for group in groups.values {
            for (id, member) in group.members { if let ended = member.ended { content[id] = ended } }
        }
        let dropped = inFlight.keys.sorted()
        groups = [:]
        inFlight = [:]
        timers = TimerHeap()
        return (content, dropped)
    }
}
