internal import Alerting
internal import Response

extension WebhookMessage {
    /// Exactly Alertmanager's body, without a key of ours.
    init(_ group: GroupNotification, externalURL: String, alertsMax: Int) {
        groupKey = group.groupKey
        truncatedAlerts = group.truncatedCount + max(0, group.alerts.count - alertsMax)
        status = group.isFiring ? "firing" : "resolved"
        receiver = GroupData.quotedMeta(group.receiver)
        groupLabels = group.groupLabels
        commonLabels = group.commonLabels
        commonAnnotations = group.commonAnnotations
        self.externalURL = externalURL
        alerts = group.alerts.prefix(alertsMax).map { alert in
            Alert(
                AlertSnapshot(
                    labels: alert.alert.labels, annotations: alert.alert.annotations,
                    startsAtMilliseconds: alert.alert.startsAtMilliseconds,
                    endsAtMilliseconds: alert.endedAtMilliseconds ?? 0, generatorURL: alert.alert.generatorURL,
                    fingerprint: alert.alert.fingerprint))
        }
        signalbox = nil
    }
}
