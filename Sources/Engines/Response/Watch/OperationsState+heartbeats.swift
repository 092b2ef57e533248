import Alerting
import Basics
import SignalModel

/// Heartbeats: what must be heard of regularly, and an alarm when it is not.
extension OperationsState {
    package static let heartbeatAlert = "HeartbeatMissed"

    mutating func beat(_ name: String) {
        guard let policy = configuration.watch.heartbeats[name] else { return }
        if let missed = heartbeats.beat(name, at: nowMilliseconds, policy) { endQuietly(missed) }
    }

    mutating func watchHeartbeats() {
        for missed in heartbeats.configure(configuration.watch.heartbeats, at: nowMilliseconds) { endQuietly(missed) }
    }

    mutating func missHeartbeats() {
        for name in heartbeats.takeDue(at: nowMilliseconds) {
            guard let policy = configuration.watch.heartbeats[name] else { continue }
            var labels = policy.labels
            labels["alertname"] = Self.heartbeatAlert
            labels["heartbeat"] = name
            labels["severity"] = policy.severity.rawValue
            let last = heartbeats.heartbeats[name]?.beatAtMilliseconds
            let since = last.map { "since " + RFC3339.format(Timestamp(milliseconds: $0)) } ?? "ever"
            let alert = AlertBook.Alert(
                fingerprint: AlertFingerprint.make(Labels(labels.map { (name: $0.key, value: $0.value) })),
                labels: labels, annotations: ["summary": "\(name) has not beaten \(since)"],
                startsAtMilliseconds: nowMilliseconds, endsAtMilliseconds: ObservedAlert.untilToldMilliseconds,
                generatorURL: "")
            heartbeats.miss(name, alert: alert.fingerprint)
            handle(alerts.observe(alert, at: now))
        }
    }

    /// Ends an alert that Signalbox itself began.
    mutating func endQuietly(_ fingerprint: String) {
        guard var alert = alerts.firing[fingerprint] else { return }
        alert.endsAtMilliseconds = nowMilliseconds
        handle(alerts.observe(alert, at: now))
    }
}
