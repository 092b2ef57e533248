package import Basics
import SignalModel

/// Alertmanager's dispatcher as a value: alerts come and go, time passes, notifications come out.
///
/// An alert costs a walk of the route tree and a look-up a group; time costs a heap operation a group that is due.
/// Delivery is somebody else's: each notification's end comes back in, and until it does its group waits, as there.
package struct Dispatcher: Sendable, Hashable {
    package struct InFlight: Sendable, Hashable, Codable {
        var group: String
        var logKey: String
        var firing: Set<UInt64>
        var resolved: Set<UInt64>
        var repeatMilliseconds: Int64
    }

    /// By id.
    package internal(set) var groups: GradualDictionary<String, AlertGroup> = [:]
    package internal(set) var log = NotificationLog()
    /// By notification key.
    var inFlight: GradualDictionary<String, InFlight> = [:]
    /// Counts flushes over all groups: part of notification keys, so that no two are the same.
    var flushes: UInt64 = 0
    /// Alerts that would have opened one group too many.
    package internal(set) var refusedCount = 0
    /// By group id: what the groups say, in order.
    var timers = TimerQueue()

    /// A group without members is kept for this long, so that what returns soon is no new group.
    static let emptyGroupMilliseconds: Int64 = 30_000
    /// A flush is tried for at least this long, however short `group_interval` is.
    static let flushMinMilliseconds: Int64 = 10_000
    /// From this many groups on ticks that are at least `coarseWaitMin` ahead are rounded up to
    /// `coarseTickMilliseconds`, so that they come in batches.
    static let coarseTickGroupsMin = 1000
    static let coarseTickMilliseconds: Int64 = 250
    /// A fortieth of it is what rounding adds at most: who asked for no wait has none.
    static let coarseWaitMin: Int64 = 10_000

    init() {}

    // MARK: Alerts

    mutating func insert(_ alert: AlertBook.Alert, _ id: UInt64, _ tree: RouteTree, at now: Int64) {
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
                    id: groupID, route: route.id, key: Self.key(route, labels), labels: labels,
                    tickAtMilliseconds: tick(now + route.groupWaitMilliseconds, after: route.groupWaitMilliseconds))
                timers.set(groupID, at: group.dueAtMilliseconds)
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

    /// The group that an alert of these labels belongs to, where it is open.
    package func group(of labels: [String: String], in route: Route) -> AlertGroup? {
        groups[Self.id(route, route.groupLabels(labels))]
    }

    package func groupKey(of labels: [String: String], in route: Route) -> String {
        Self.key(route, route.groupLabels(labels))
    }

    private static func key(_ route: Route, _ labels: [String: String]) -> String { "\(route.key):\(text(labels))" }

    mutating func setTimer(_ group: inout AlertGroup, _ due: Int64) {
        group.dueAtMilliseconds = due
        timers.set(group.id, at: due)
    }

    func tick(_ time: Int64, after wait: Int64) -> Int64 {
        guard groups.count >= Self.coarseTickGroupsMin, wait >= Self.coarseWaitMin else { return time }
        let rest = time % Self.coarseTickMilliseconds
        return rest == 0 ? time : time + Self.coarseTickMilliseconds - rest
    }

    var nextDue: Int64? { timers.next }

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
        timers = TimerQueue()
        return (content, dropped)
    }
}

extension Dispatcher: Codable {
    private enum CodingKeys: String, CodingKey {
        case groups
        case log
        case inFlight
        case flushes
        case refusedCount
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        groups = try container.decode(GradualDictionary.self, forKey: .groups)
        log = try container.decode(NotificationLog.self, forKey: .log)
        inFlight = try container.decode(GradualDictionary.self, forKey: .inFlight)
        flushes = try container.decode(UInt64.self, forKey: .flushes)
        refusedCount = try container.decode(Int.self, forKey: .refusedCount)
        for group in groups.values { timers.set(group.id, at: group.dueAtMilliseconds) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(groups, forKey: .groups)
        try container.encode(log, forKey: .log)
        try container.encode(inFlight, forKey: .inFlight)
        try container.encode(flushes, forKey: .flushes)
        try container.encode(refusedCount, forKey: .refusedCount)
    }
}
