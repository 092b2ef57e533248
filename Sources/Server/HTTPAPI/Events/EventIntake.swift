package import Basics
import Identity
package import Response
import SignalModel
package import WireFormats

/// Brings what senders say into the one alert book, with the labels their tokens force. Durable on return.
package final class EventIntake: Sendable {
    package typealias Settings = @Sendable () -> EventSettings

    let core: OperationsCore
    let clock: any WallClock
    let threads: BlockingThreads
    let rates: EventRates
    private let currentSettings: Settings

    /// `threads` decode; `settings` is asked at each request, so a reload takes effect at once.
    package init(
        core: OperationsCore, settings: @escaping Settings, clock: any WallClock, threads: BlockingThreads
    ) {
        self.core = core
        self.clock = clock
        self.threads = threads
        currentSettings = settings
        rates = EventRates(clock: clock)
    }

    var settings: EventSettings { currentSettings() }

    /// `dialect` keeps the keys of different kinds of senders apart.
    func take(_ events: [AlertEvent], dialect: String, from sender: EventSender) async throws {
        let now = clock.now()
        let settings = settings
        var rest: [AlertEvent] = []
        for event in events {
            let beaten = settings.heartbeats(beatenBy: event)
            for name in beaten { _ = try await core.beat(name, at: now) }
            if beaten.isEmpty { rest.append(event) }
        }
        guard !rest.isEmpty else { return }
        try await core.perform(.events(rest.map { input($0, dialect, sender, now) }))
    }

    private func input(_ event: AlertEvent, _ dialect: String, _ sender: EventSender, _ now: Timestamp) -> EventInput
    {
        let key = event.dedupKey.isEmpty ? "" : "\(dialect)/\(sender.id)/\(event.dedupKey)"
        var alert: AlertInput?
        if event.action == .trigger || key.isEmpty || event.endedAt != nil {
            var labels = LabelsBuilder(event.labels)
            for (name, value) in sender.labels.pairs { labels.set(name, value) }
            alert = AlertInput(
                ObservedAlert(
                    labels: labels.labels(), annotations: event.annotations,
                    startsAt: min(event.startsAt ?? now, now),
                    endsAt: event.action == .resolve ? min(event.endedAt ?? now, now) : ObservedAlert.untilTold,
                    generatorURL: event.url))
        }
        let action: EventInput.Action =
            switch event.action {
            case .trigger: .trigger
            case .acknowledge: .acknowledge
            case .resolve: .resolve
            }
        return EventInput(action, key: key, alert: alert, by: sender.name)
    }
}

/// Who sends events.
struct EventSender: Sendable {
    /// Two senders' keys are never one alert's.
    var id: String
    var name: String
    /// Set on every alert, over what it says.
    var labels: Labels

    init(_ principal: Principal, id: String? = nil) {
        self.id = id ?? principal.id
        name = principal.name
        labels = principal.forcedLabels
    }
}
