internal import Basics
package import Response
internal import SignalModel

extension WebhookMessage {
    package init(_ notification: Notification, externalURL: String, alertsMax: Int) {
        let subject = notification.subject
        let snapshots =
            [.selfAlarm, .handOver, .notice].contains(notification.kind) && subject.alerts.isEmpty
            ? [Self.selfAlarm(notification)] : subject.alerts
        let isOnlySelf = subject.alerts.isEmpty && !snapshots.isEmpty
        groupLabels = isOnlySelf ? ["alertname": Self.ownName(notification)] : subject.groupLabels
        commonLabels = isOnlySelf ? snapshots[0].labels : subject.commonLabels
        commonAnnotations = isOnlySelf ? snapshots[0].annotations : subject.commonAnnotations
        groupKey = Self.groupKey(groupLabels, pageID: subject.pageID)
        truncatedAlerts = (subject.alertsLeftOut ?? 0) + max(0, snapshots.count - alertsMax)
        // Alertmanager knows two states; an acknowledged page still fires.
        status = subject.status == .resolved ? "resolved" : "firing"
        receiver = notification.channel.channel
        self.externalURL = externalURL
        alerts = snapshots.prefix(alertsMax).map(Alert.init)
        signalbox = Own(notification)
    }

    private static func ownName(_ notification: Notification) -> String {
        switch notification.kind {
        case .handOver: "SignalboxHandOver"
        case .notice: "SignalboxNotice"
        default: "SignalboxSelfAlarm"
        }
    }

    /// These stand on no alert; receivers that walk through `alerts` would see nothing, so each is made one.
    private static func selfAlarm(_ notification: Notification) -> AlertSnapshot {
        let labels = ["alertname": ownName(notification), "severity": notification.subject.severity.rawValue]
        return AlertSnapshot(
            labels: labels,
            annotations: ["summary": notification.subject.title, "description": notification.subject.text],
            startsAtMilliseconds: notification.decidedAtMilliseconds, endsAtMilliseconds: 0,
            generatorURL: notification.subject.url, fingerprint: Fingerprint.hex(labels))
    }

    /// `{}:{alertname="X"}` as Alertmanager writes it, the same while the group lives. Without group labels the
    /// page's id stands in, or all such pages would be one to the receiver.
    private static func groupKey(_ labels: [String: String], pageID: String) -> String {
        let shown = labels.isEmpty ? ["signalbox_page": pageID] : labels
        let pairs = shown.sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value))" }
        return "{}:{\(pairs.joined(separator: ", "))}"
    }
}

extension WebhookMessage.Alert {
    /// Go's zero time: what Alertmanager sends as the end of an alert that still fires.
    private static let neverEnded = "0001-01-01T00:00:00Z"

    package init(_ snapshot: AlertSnapshot) {
        let isResolved = snapshot.endsAtMilliseconds != 0
        status = isResolved ? "resolved" : "firing"
        labels = snapshot.labels
        annotations = snapshot.annotations
        startsAt = RFC3339.format(Timestamp(milliseconds: snapshot.startsAtMilliseconds))
        endsAt =
            isResolved
            ? RFC3339.format(Timestamp(milliseconds: snapshot.endsAtMilliseconds)) : Self.neverEnded
        generatorURL = snapshot.generatorURL
        fingerprint = snapshot.fingerprint
    }
}

extension WebhookMessage.Own {
    package init(_ notification: Notification) {
        let subject = notification.subject
        key = notification.key
        kind = notification.kind.rawValue
        severity = subject.severity.rawValue
        pageID = subject.pageID
        status = subject.status.rawValue
        title = subject.title
        text = subject.text
        level = subject.level
        actor = subject.actor
        person = notification.channel.person
        url = subject.url
    }
}
