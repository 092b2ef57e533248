package import Basics
import SignalModel

/// What is known of messages beyond those that wait to be sent: accepted ones that are not confirmed, contacts whose
/// turn comes later, pages held back by a quota, numbers that want no SMS.
package struct Deliveries: Sendable, Hashable, Additive {
    /// Accepted by a provider that says later what became of it.
    package struct Awaited: Sendable, Hashable, Codable {
        package var entry: OutboxEntry
        /// The provider's name for it.
        package var reference: String
        /// Of the newest callback heard; older ones are late.
        package var order: Int64 = -1
    }

    /// A contact of a person that is tried only after a while.
    struct Later: Sendable, Hashable, Codable {
        var page: String
        var place: ChannelReference
        var variant: String
    }

    /// By page, then by the message's key.
    package internal(set) var awaited: [String: [String: Awaited]] = [:]
    var confirmBy = TimerQueue()
    /// By page, then by the key of the timer.
    var later: [String: [String: Later]] = [:]
    var laterAt = TimerQueue()
    /// Pages that a quota keeps from a place, in the order in which they came.
    var held: [String: Held] = [:]
    var heldUntil = TimerQueue()
    /// Pages told together in one message, by its key: while one of them is nobody's, it is sent.
    var bundles: [String: [String]] = [:]
    /// When messages that count were decided: by person, meter and severity.
    var spent: [String: [Int64]] = [:]
    /// Numbers whose owner has sent STOP.
    package internal(set) var stoppedNumbers: Set<String> = []

    struct Held: Sendable, Hashable, Codable {
        var place: ChannelReference
        var severity: Severity
        var pages: [String] = []
    }

    /// When the owners were told last that a channel carries no announcements; nil: never.
    private var alarmedAtMilliseconds: [String: Int64]?

    private static let alarmAgainAfterMilliseconds: Int64 = 600_000

    package init() {}

    /// What only informs fails for every page alike: the owners hear it once in a while, not once a page.
    mutating func mayAlarm(ofChannel channel: String, at now: Int64) -> Bool {
        if let last = alarmedAtMilliseconds?[channel], last <= now, now - last < Self.alarmAgainAfterMilliseconds {
            return false
        }
        alarmedAtMilliseconds = (alarmedAtMilliseconds ?? [:]).merging([channel: now]) { $1 }
        return true
    }

    var isIdle: Bool { awaited.isEmpty && later.isEmpty && held.isEmpty }
    var weight: Int { awaited.count + later.count + held.count }

    var nextTimerMilliseconds: Int64? { [confirmBy.next, laterAt.next, heldUntil.next].compactMap { $0 }.min() }

    /// Keys of messages begin with their page's id.
    static func page(ofKey key: String) -> String { String(key.prefix { $0 != "/" }) }

    package func awaited(_ key: String) -> Awaited? { awaited[Self.page(ofKey: key)]?[key] }

    mutating func await(_ entry: OutboxEntry, reference: String, until time: Int64) {
        awaited[Self.page(ofKey: entry.key), default: [:]][entry.key] = Awaited(entry: entry, reference: reference)
        confirmBy.set(entry.key, at: time)
    }

    mutating func heard(_ key: String, order: Int64) { awaited[Self.page(ofKey: key)]?[key]?.order = order }

    @discardableResult
    mutating func stopAwaiting(_ key: String) -> Awaited? {
        let page = Self.page(ofKey: key)
        confirmBy.set(key, at: nil)
        let found = awaited[page]?.removeValue(forKey: key)
        if awaited[page]?.isEmpty == true { awaited[page] = nil }
        return found
    }

    mutating func postpone(_ contact: Later, key: String, until time: Int64) {
        later[contact.page, default: [:]][key] = contact
        laterAt.set(key, at: time)
    }

    mutating func takeLater(_ key: String) -> Later? {
        let page = Self.page(ofKey: key)
        let found = later[page]?.removeValue(forKey: key)
        if later[page]?.isEmpty == true { later[page] = nil }
        return found
    }

    /// Forgets what was to wake somebody for `page`; gives the keys of bundles that tell of no other page.
    mutating func drop(_ page: String) -> [String] {
        for key in (awaited[page] ?? [:]).keys where awaited[page]?[key]?.entry.notification.kind == .page {
            stopAwaiting(key)
        }
        for key in (later.removeValue(forKey: page) ?? [:]).keys { laterAt.set(key, at: nil) }
        for (id, waiting) in held where waiting.pages.contains(page) {
            held[id]?.pages.removeAll { $0 == page }
            if held[id]?.pages.isEmpty == true {
                held[id] = nil
                heldUntil.set(id, at: nil)
            }
        }
        var empty: [String] = []
        for (key, pages) in bundles where pages.contains(page) {
            bundles[key] = pages.filter { $0 != page }
            if bundles[key]?.isEmpty == true {
                bundles[key] = nil
                stopAwaiting(key)
                empty.append(key)
            }
        }
        return empty.sorted()
    }

    // MARK: Quotas

    /// When one more message may count, `now` or later.
    func mayCount(_ account: String, _ quotas: [DeliveryPolicy.Quota], at now: Int64) -> Int64 {
        // A clock that was set back must not make the past the future.
        let times = (spent[account] ?? []).filter { $0 <= now }
        return quotas.reduce(now) { latest, quota in
            guard quota.count > 0 else { return .max }
            let inWindow = times.filter { $0 > now - quota.windowMilliseconds }
            guard inWindow.count >= quota.count else { return latest }
            return max(latest, inWindow[inWindow.count - quota.count] + quota.windowMilliseconds)
        }
    }

    mutating func count(_ account: String, _ quotas: [DeliveryPolicy.Quota], at now: Int64) {
        let window = quotas.map(\.windowMilliseconds).max() ?? 0
        spent[account] = (spent[account] ?? []).filter { $0 <= now && $0 > now - window } + [now]
        guard spent.count > Self.accountsMax else { return }
        spent = spent.filter { ($0.value.last ?? 0) > now - window }
    }

    /// Beyond it accounts whose windows have passed are dropped.
    private static let accountsMax = 1000
}
