import Alerting
import Basics
import Response
import SignalModel

/// A group of a receiver: what is told together, and when next.
struct GroupRow: Sendable {
    struct Member: Sendable {
        let memberName: String
        let memberSeverity: SeverityText?
        let memberLabels: [LabelView]
        let memberState: String
        /// Class and icon: `burning`, `snoozed`.
        let memberTone: String
        let memberBegan: TimeText
        let memberExplainLink: String
    }

    /// Alerts of one group written out; the rest is counted.
    private static let membersMax = 20

    let groupReceiver: String
    let groupLabels: [LabelView]
    let groupSeverity: SeverityText?
    let groupCount: String
    let groupNext: TimeText?
    let groupMuted: String?
    let members: [Member]
    let unlistedMembers: String?

    init(_ group: AlertGroup, _ alerts: [AlertBook.Alert], _ state: OperationsState, now: Timestamp) {
        let configuration = state.routing.configuration
        let route = configuration?.tree.routes[group.route]
        groupReceiver = route?.receiver ?? ""
        groupLabels = LabelView.list(group.labels)
        groupSeverity = alerts.compactMap { $0.labels["severity"].flatMap(Severity.init(rawValue:)) }
            .min { $0.rawValue < $1.rawValue }.map { SeverityText($0) }
        groupCount = FigureText.count(alerts.count, "alert")
        let muted = route.flatMap { configuration?.mutes($0, at: now.milliseconds) } ?? []
        groupMuted = muted.isEmpty ? nil : "muted by \(muted.joined(separator: ", "))"
        groupNext = TimeText(milliseconds: max(group.tickAtMilliseconds, now.milliseconds), now: now)
        let shown = alerts.sorted { Self.order($0) < Self.order($1) }.prefix(Self.membersMax)
        members = shown.map { alert in
            let suppression = state.routing.suppression(of: alert, at: now)
            let (word, tone) =
                !suppression.silencedBy.isEmpty
                ? ("Silenced", "snoozed")
                : !suppression.inhibitedBy.isEmpty ? ("Inhibited", "snoozed") : ("Firing", "burning")
            return Member(
                memberName: alert.labels["alertname"] ?? "alert",
                memberSeverity: alert.labels["severity"].flatMap { SeverityText(code: $0) },
                memberLabels: LabelView.list(
                    alert.labels, without: Set(group.labels.keys).union(["alertname", "severity"])),
                memberState: word, memberTone: tone,
                memberBegan: TimeText(milliseconds: alert.startsAtMilliseconds, now: now),
                memberExplainLink: ExplainView.link(alert.labels))
        }
        unlistedMembers =
            alerts.count > members.count ? FigureText.count(alerts.count - members.count, "more alert") : nil
    }

    private static func order(_ alert: AlertBook.Alert) -> String {
        (alert.labels["severity"] ?? "~") + alert.fingerprint
    }
}
