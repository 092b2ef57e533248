import Alerting
import SignalModel

/// A message decided but not yet known to be delivered.
package struct OutboxEntry: Sendable, Hashable, Codable {
    package var sequence: UInt64
    package var notification: Notification
    /// What tells it from another message of its kind to its place; nil: nothing.
    var variant: String?
    package var attempts = 0
    package var dueAtMilliseconds: Int64

    /// The first retry comes this soon, each later one twice as late, up to the cap.
    private static let retryFirstMilliseconds: Int64 = 2000
    private static let retryCapMilliseconds: Int64 = 60_000
    /// Undelivered for this long, a message is given up and its owner told.
    static let giveUpAfterMilliseconds: Int64 = 24 * 3_600_000

    /// After as many failed attempts the channel's fallback begins too: within some forty seconds.
    static let attemptsAlone = 3

    package var key: String { notification.key }
    /// Attempts at a receiver of an Alertmanager file under way at once; those of one group stay in order.
    private static let receiverPlaces = 64

    /// At most one attempt at a time goes to a place.
    package var place: ChannelReference {
        guard let group = notification.group else { return notification.channel }
        let hash = group.groupKey.utf8.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) }
        return ChannelReference(
            channel: notification.channel.channel, address: "\(hash % UInt64(Self.receiverPlaces))")
    }
    package var pageID: String { notification.subject.pageID }
    /// What is told about, at one place in order: a page, or a group of a receiver.
    var laneID: String { notification.group.map { "group " + $0.groupID } ?? pageID }

    /// Pages before announcements, P0 before P1, then as decided.
    struct Urgency: Sendable, Comparable {
        var isPage: Bool
        var severity: Severity
        var sequence: UInt64

        static func < (left: Urgency, right: Urgency) -> Bool {
            if left.isPage != right.isPage { return left.isPage }
            if left.severity != right.severity { return left.severity.rawValue < right.severity.rawValue }
            return left.sequence < right.sequence
        }
    }

    var urgency: Urgency {
        Urgency(
            isPage: notification.kind == .page, severity: notification.subject.severity, sequence: sequence)
    }

    mutating func backOff(at now: Int64, retryAfterMilliseconds: Int64?) {
        attempts += 1
        let doubled = Self.retryFirstMilliseconds << Int64(min(attempts - 1, 10))
        var wait = min(doubled, Self.retryCapMilliseconds)
        // Up to a tenth more, fixed by the key: many messages to one place do not return as one burst.
        let spread = notification.key.utf8.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) }
        wait += Int64(spread % UInt64(max(1, wait / 10)))
        dueAtMilliseconds = now + max(wait, min(retryAfterMilliseconds ?? 0, 3_600_000))
    }
}
