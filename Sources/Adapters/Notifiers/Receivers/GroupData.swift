internal import Alerting
internal import Basics
internal import GoTemplates

/// A group as templates see it: Alertmanager's `template.Data`.
enum GroupData {
    static func value(_ group: GroupNotification, externalURL: String) -> TemplateValue {
        .record([
            "Receiver": .string(quotedMeta(group.receiver)),
            "Status": .string(group.isFiring ? "firing" : "resolved"),
            "Alerts": .list(group.alerts.map(alert), .alerts),
            "GroupLabels": .labels(group.groupLabels),
            "CommonLabels": .labels(group.commonLabels),
            "CommonAnnotations": .labels(group.commonAnnotations),
            "ExternalURL": .string(externalURL),
            "GroupKey": .string(group.groupKey),
            "TruncatedAlerts": .integer(group.truncatedCount),
            "NotificationReason": .string(group.reason.rawValue),
        ])
    }

    private static func alert(_ alert: GroupNotification.Alert) -> TemplateValue {
        .record([
            "Status": .string(alert.endedAtMilliseconds == nil ? "firing" : "resolved"),
            "Labels": .labels(alert.alert.labels),
            "Annotations": .labels(alert.alert.annotations),
            "StartsAt": .time(Timestamp(milliseconds: alert.alert.startsAtMilliseconds)),
            "EndsAt": .time(Timestamp(milliseconds: alert.endedAtMilliseconds ?? zeroMilliseconds)),
            "GeneratorURL": .string(alert.alert.generatorURL),
            "Fingerprint": .string(alert.alert.fingerprint),
        ])
    }

    /// Go's zero time, 0001-01-01T00:00:00Z: the end of what has not ended.
    private static let zeroMilliseconds: Int64 = -62_135_596_800_000

    /// Go's `regexp.QuoteMeta`: Alertmanager gives receivers' names in this form.
    static func quotedMeta(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if "\\.+*?()|[]{}^$".unicodeScalars.contains(scalar) { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result
    }
}
