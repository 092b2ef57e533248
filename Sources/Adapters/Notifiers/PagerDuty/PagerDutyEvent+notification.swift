internal import Basics
package import Response
internal import SignalModel

extension PagerDutyEvent {
    /// PagerDuty refuses more; text is cut.
    package static let summaryCharactersMax = 1024
    /// PagerDuty refuses more; a longer key is cut and told apart by a hash.
    package static let dedupKeyBytesMax = 255
    /// PagerDuty refuses larger events; details go first.
    package static let bodyBytesMax = 512 << 10
    /// Labels beyond it, and what is longer in one, are left out of the details.
    private static let labelsMax = 64
    private static let labelCharactersMax = 1000

    package init(_ notification: Notification, routingKey: String) {
        let subject = notification.subject
        self.routingKey = routingKey
        dedupKey = Self.dedupKey(notification)
        switch subject.status {
        case .firing: action = .trigger
        case .acknowledged: action = .acknowledge
        case .resolved: action = .resolve
        }
        // Only a trigger may carry more.
        guard action == .trigger else { return }
        let message = MessageText(notification)
        payload = Payload(
            summary: SlackText.cut(message.headline, charactersMax: Self.summaryCharactersMax),
            source: Self.source(subject), severity: Self.severity(subject.severity),
            timestamp: Self.timestamp(notification),
            component: subject.commonLabels["component"]
                ?? subject.commonLabels["service"], group: subject.commonLabels["cluster"],
            class: subject.commonLabels["alertname"], customDetails: Self.details(message, subject))
        links = message.links.map { Link(href: $0.url, text: $0.title) }
        client = "Signalbox"
        if WebURL(subject.url) != nil { clientURL = subject.url }
    }

    /// The same over a page's whole life, whichever message it is: PagerDuty keeps one incident a key.
    private static func dedupKey(_ notification: Notification) -> String {
        let page = notification.kind == .selfAlarm ? "" : notification.subject.pageID
        let key = "signalbox/" + (page.isEmpty ? notification.key : "page/" + page)
        guard key.utf8.count > dedupKeyBytesMax else { return key }
        let hash = Fingerprint.hex(["key": key])
        return String(decoding: key.utf8.prefix(dedupKeyBytesMax - hash.utf8.count - 1), as: Unicode.ASCII.self)
            .replacing("\u{fffd}", with: "?") + "/" + hash
    }

    /// The place that is in trouble, as precisely as all alerts share it; PagerDuty wants one.
    private static func source(_ subject: Subject) -> String {
        let labels = subject.commonLabels
        let known = ["instance", "service", "cluster"].lazy.compactMap { labels[$0] }.first { !$0.isEmpty }
        return PlainLine.make(known ?? "signalbox", charactersMax: summaryCharactersMax)
    }

    private static func severity(_ severity: Severity) -> String {
        switch severity {
        case .p0: "critical"
        case .p1: "error"
        case .p2: "warning"
        case .p3: "info"
        }
    }

    private static func timestamp(_ notification: Notification) -> String {
        let start = notification.subject.alerts.map(\.startsAtMilliseconds).min()
        return RFC3339.format(Timestamp(milliseconds: start ?? notification.decidedAtMilliseconds))
    }

    private static func details(_ message: MessageText, _ subject: Subject) -> Details {
        let labels = subject.commonLabels.sorted { $0.key < $1.key }.prefix(labelsMax)
            .map { (cut($0.key), cut($0.value)) }
        var alerts = message.alerts.map { "\($0.isResolved ? "resolved" : "firing") since \($0.since): \($0.title)" }
        if message.alertsLeftOut > 0 { alerts.append("and \(message.alertsLeftOut) more") }
        return Details(
            facts: Dictionary(message.facts.map { ($0.name, $0.value) }) { first, _ in first },
            labels: Dictionary(labels) { first, _ in first },
            description: message.paragraphs.joined(separator: "\n\n"), alerts: alerts)
    }

    private static func cut(_ text: String) -> String { SlackText.cut(text, charactersMax: labelCharactersMax) }
}
