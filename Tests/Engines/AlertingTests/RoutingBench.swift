import Alerting
import Basics
import SignalModel

/// A book, its routing and a clock, driven by hand: what a test says happens, what comes out is kept.
struct RoutingBench {
    var book = AlertBook()
    var routing = AlertRouting()
    var now: Int64 = 1_000_000_000
    /// Of all flushes so far.
    var told: [GroupNotification] = []
    var dropped: [String] = []
    /// Sends succeed at once unless this is false.
    var delivers = true

    init(_ configuration: RoutingConfiguration? = nil) {
        if let configuration { _ = routing.configure(configuration, book, at: time) }
    }

    var time: Timestamp { Timestamp(milliseconds: now) }

    /// A root route to one webhook, with short times in seconds.
    static func configuration(
        wait: Int64 = 30, interval: Int64 = 300, repeats: Int64 = 14_400, groupBy: [String] = ["alertname"],
        sendsResolved: Bool = true, inhibitions: [InhibitionRule] = [], intervals: [String: [TimeInterval]] = [:],
        _ change: (inout RouteSettings) -> Void = { _ in }
    ) -> RoutingConfiguration {
        var root = RouteSettings()
        root.receiver = "hook"
        root.groupBy = groupBy
        root.groupWaitMilliseconds = wait * 1000
        root.groupIntervalMilliseconds = interval * 1000
        root.repeatIntervalMilliseconds = repeats * 1000
        change(&root)
        let integration = Receiver.Integration(id: "webhook[0]", channel: "hook", sendsResolved: sendsResolved)
        return RoutingConfiguration(
            tree: RouteTree(root), receivers: ["hook": Receiver(name: "hook", integrations: [integration])],
            inhibitions: inhibitions, intervals: intervals)
    }

    mutating func fire(_ labels: [String: String], startedAgo seconds: Int64 = 0, forSeconds: Int64 = 1_000_000) {
        observe(labels, from: now - seconds * 1000, to: now + forSeconds * 1000)
    }

    mutating func resolve(_ labels: [String: String]) { observe(labels, from: now, to: now) }

    private mutating func observe(_ labels: [String: String], from: Int64, to: Int64) {
        let change = book.observe(
            ObservedAlert(
                labels: Labels(labels.map { (name: $0.key, value: $0.value) }), annotations: .empty,
                startsAt: Timestamp(milliseconds: from), endsAt: Timestamp(milliseconds: to), generatorURL: ""),
            at: time)
        if let change { routing.note(change, book, at: time) }
        run()
    }

    /// Time passes, stopping wherever something is due.
    mutating func advance(seconds: Int64) {
        let end = now + seconds * 1000
        while let next = [routing.nextWakeUp, book.nextExpiry].compactMap({ $0?.milliseconds }).min(), next <= end {
            now = max(now, next)
            for change in book.expire(at: time) { routing.note(change, book, at: time) }
            run()
        }
        now = end
        run()
    }

    mutating func run() {
        let effects = routing.run(book, at: time)
        told += effects.notifications
        dropped += effects.dropped
        guard delivers else { return }
        // An answer takes a moment, as it does in the world.
        for notification in effects.notifications {
            routing.finish(notification.key, isDelivered: true, at: time + .milliseconds(5))
        }
    }

    /// `firing: a b` and the like, by the label `n`, for what was told since the last call.
    mutating func takeTold() -> [String] {
        defer { told = [] }
        return told.map { notification in
            let parts = notification.alerts.map { alert in
                (alert.endedAtMilliseconds == nil ? "" : "-") + (alert.alert.labels["n"] ?? "?")
            }
            return notification.reason.rawValue + ": " + parts.joined(separator: " ")
        }
    }

    /// The same state after a restart: written and read.
    mutating func restart(_ copy: (AlertRouting) throws -> AlertRouting) rethrows {
        routing = try copy(routing)
        routing.prepare(book, at: time)
    }
}
