internal import Basics
package import Response
internal import SignalModel

extension MessageText {
    private static let titleCharactersMax = 140
    private static let factCharactersMax = 200
    private static let paragraphCharactersMax = 1500

    /// `acknowledgeURL` acknowledges by itself; without one the page in the console does.
    package init(_ notification: Notification, acknowledgeURL: String? = nil) {
        let subject = notification.subject
        headline = Self.headline(notification.kind, subject)
        facts = Self.facts(notification)
        paragraphs = Self.paragraphs(subject)
        links = Self.links(notification.kind, subject, acknowledgeURL)
        // Firing ones first, each group as the state machine ordered it.
        let ordered =
            subject.alerts.filter { $0.endsAtMilliseconds == 0 }
            + subject.alerts.filter { $0.endsAtMilliseconds != 0 }
        alerts = ordered.prefix(Self.alertsMax).map { Self.line($0, common: subject.commonLabels) }
        alertsLeftOut = (subject.alertsLeftOut ?? 0) + max(0, ordered.count - Self.alertsMax)
    }

    private static func headline(_ kind: Notification.Kind, _ subject: Subject) -> String {
        let title = PlainLine.make(subject.title, charactersMax: titleCharactersMax)
        let actor = PlainLine.make(subject.actor, charactersMax: 60)
        let by = actor.isEmpty ? "" : " by \(actor)"
        if kind == .handOver || kind == .notice { return title }
        if kind == .selfAlarm { return "[\(subject.severity.rawValue)] SIGNALBOX: \(title)" }
        let state =
            switch subject.status {
            case .firing: subject.level > 1 ? "FIRING, level \(subject.level)" : "FIRING"
            case .acknowledged: "ACKNOWLEDGED\(by)"
            case .resolved: "RESOLVED\(by)"
            }
        return "[\(subject.severity.rawValue)] \(state): \(title)"
    }

    private static func facts(_ notification: Notification) -> [Fact] {
        let subject = notification.subject
        // Neither has a severity, a place or alerts.
        if notification.kind == .handOver || notification.kind == .notice { return [] }
        var facts = [Fact(name: "Severity", value: "\(subject.severity.rawValue) \(subject.severity.word)")]
        func add(_ name: String, _ value: String) {
            let line = PlainLine.make(value, charactersMax: factCharactersMax)
            if !line.isEmpty { facts.append(Fact(name: name, value: line)) }
        }
        add("Where", place(subject.commonLabels))
        add("Since", since(notification))
        add("Alerts", counts(subject))
        add("Team", subject.commonLabels["team"] ?? "")
        if notification.kind == .page {
            let person = notification.channel.person
            add("Paged", subject.level > 0 ? "\(person.isEmpty ? "team" : person), level \(subject.level)" : person)
        }
        for (name, keys) in linkedAnnotations {
            // A runbook is named by its file; only whole URLs can be links.
            if let value = annotation(keys, subject), WebURL(value) == nil { add(name, value) }
        }
        return facts
    }

    private static func place(_ labels: [String: String]) -> String {
        var parts = ["service", "component"].compactMap { labels[$0] }.filter { !$0.isEmpty }
        if let cluster = labels["cluster"], !cluster.isEmpty { parts.append("cluster \(cluster)") }
        if let environment = labels["environment"], !environment.isEmpty { parts.append(environment) }
        if parts.isEmpty, let instance = labels["instance"] { parts.append(instance) }
        return parts.joined(separator: ", ")
    }

    private static func since(_ notification: Notification) -> String {
        let alerts = notification.subject.alerts
        guard let start = alerts.map(\.startsAtMilliseconds).min() else { return "" }
        let from = TimeText.instant(milliseconds: start)
        if notification.subject.status == .resolved, let end = alerts.map(\.endsAtMilliseconds).max(), end > 0 {
            return "\(from), lasted \(TimeText.span(milliseconds: end - start))"
        }
        return "\(from), for \(TimeText.span(milliseconds: notification.decidedAtMilliseconds - start))"
    }

    private static func counts(_ subject: Subject) -> String {
        guard subject.alerts.count > 1 else { return "" }
        let listed = subject.alerts.count { $0.endsAtMilliseconds == 0 }
        let resolved = subject.alerts.count - listed
        let firing = listed + (subject.alertsLeftOut ?? 0)
        return [(firing, "firing"), (resolved, "resolved")].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
            .joined(separator: ", ")
    }

    private static func paragraphs(_ subject: Subject) -> [String] {
        var texts = [annotation(["summary"], subject), annotation(["description"], subject), subject.text]
            .compactMap(\.self)
            .map { PlainLine.paragraph($0, charactersMax: paragraphCharactersMax) }
        // The title is often the summary; nobody needs to read it twice.
        texts.removeAll { $0.isEmpty || $0 == subject.title }
        return texts
    }

    private static func links(
        _ kind: Notification.Kind, _ subject: Subject, _ acknowledgeURL: String?
    ) -> [Link] {
        var links: [Link] = []
        func add(_ title: String, _ url: String?) {
            guard let url, WebURL(url) != nil, !links.contains(where: { $0.url == url }) else { return }
            links.append(Link(title: title, url: url))
        }
        add("Acknowledge", acknowledgeURL)
        add(links.isEmpty && kind == .page && subject.status == .firing ? "Acknowledge" : "Open", subject.url)
        for (name, keys) in linkedAnnotations { add(name, annotation(keys, subject)) }
        add("Query", subject.alerts.first { !$0.generatorURL.isEmpty }?.generatorURL)
        return links
    }

    private static let linkedAnnotations: [(name: String, keys: [String])] = [
        ("Runbook", ["runbook_url", "runbook"]), ("Dashboard", ["dashboard_url", "dashboard"]),
    ]

    /// The first that is there, shared by all alerts or else of the first alert that has one.
    private static func annotation(_ keys: [String], _ subject: Subject) -> String? {
        for key in keys {
            if let value = subject.commonAnnotations[key], !value.isEmpty { return value }
        }
        for alert in subject.alerts {
            for key in keys {
                if let value = alert.annotations[key], !value.isEmpty { return value }
            }
        }
        return nil
    }

    private static func line(_ alert: AlertSnapshot, common: [String: String]) -> AlertLine {
        let own = alert.labels.filter { common[$0.key] != $0.value }.sorted { $0.key < $1.key }
        let title =
            own.isEmpty
            ? alert.labels["alertname"] ?? "alert"
            : own.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        return AlertLine(
            title: PlainLine.make(title, charactersMax: factCharactersMax),
            isResolved: alert.endsAtMilliseconds != 0,
            since: TimeText.instant(milliseconds: alert.startsAtMilliseconds))
    }
}
