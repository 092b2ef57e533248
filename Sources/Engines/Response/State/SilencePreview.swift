package import Alerting
package import Basics
package import SignalModel

/// What a silence would hold back if it began now.
package struct SilencePreview: Sendable, Hashable {
    /// At most `listedMax`, P0 first.
    package var alerts: [AlertBook.Alert] = []
    package var alertCount = 0
    package var p0Count = 0
    /// All that fire, silenced or not.
    package var firingCount = 0

    package static let listedMax = 100
}

extension OperationsState {
    /// The annotation by which a silence says that it is meant to hold back so many alerts.
    package static let acceptedAlertsAnnotation = "accepted_alerts"
    /// A silence that would hold back more alerts than this at once must say that it is meant to.
    package static let silencedAlertsMaxDefault = 50

    package var silencedAlertsMax: Int { configuration.silencedAlertsMax ?? Self.silencedAlertsMaxDefault }

    package func preview(of matchers: [Matcher]) -> SilencePreview {
        var preview = SilencePreview()
        preview.firingCount = alerts.firing.count
        let held = alerts.firing.values.filter { matchers.matches($0.labels) }
        preview.alertCount = held.count
        preview.p0Count = held.count { $0.labels["severity"] == Severity.p0.rawValue }
        func rank(_ alert: AlertBook.Alert) -> (String, Int64, String) {
            (alert.labels["severity"] ?? "~", alert.startsAtMilliseconds, alert.fingerprint)
        }
        preview.alerts = Array(held.sorted { rank($0) < rank($1) }.prefix(SilencePreview.listedMax))
        return preview
    }

    /// Why `draft` cannot be at `now`: what is wrong with it, or that it reaches further than it says.
    package func refusal(of draft: SilenceDraft, at now: Timestamp) -> AlertingError? {
        if let refusal = routing.silences.refusal(of: draft, at: now.milliseconds) { return refusal }
        let preview = preview(of: draft.matchers)
        let accepted = draft.annotations[Self.acceptedAlertsAnnotation].flatMap { Int($0) } ?? silencedAlertsMax
        guard preview.alertCount > max(accepted, silencedAlertsMax) else { return nil }
        return AlertingError(
            .invalid,
            "this silence would hold back \(preview.alertCount) of \(preview.firingCount) alerts, more than "
                + "\(silencedAlertsMax): narrow it, or confirm the number in the console "
                + "(annotation \(Self.acceptedAlertsAnnotation))")
    }
}
