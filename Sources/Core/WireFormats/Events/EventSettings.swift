package import SignalModel

/// What the configuration says about events of others.
package struct EventSettings: Sendable, Hashable {
    package var severities = EventSeverities.standard
    /// How senders' own JSON becomes alerts, by the name in their URL.
    package var mappings: [String: EventMapping] = [:]

    /// Heartbeats, by name, that an alert with these labels beats: a Watchdog.
    package var beatenBy: [String: Labels] = [:]

    package init() {}

    /// The heartbeats that `event` beats; it is no alert then.
    package func heartbeats(beatenBy event: AlertEvent) -> [String] {
        guard event.action == .trigger, !beatenBy.isEmpty else { return [] }
        return beatenBy.filter { wanted in wanted.value.pairs.allSatisfy { event.labels[$0.name] == $0.value } }
            .keys.sorted()
    }
}
