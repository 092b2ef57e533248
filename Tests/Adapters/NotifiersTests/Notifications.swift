import Basics
import Response
import SignalModel

/// Notifications as the state machine makes them.
enum Notifications {
    /// 2026-11-23T04:00:00Z.
    static let start: Int64 = 1_795_406_400_000

    static func alert(
        _ labels: [String: String] = [:], annotations: [String: String] = [:], endsAt: Int64 = 0
    ) -> AlertSnapshot {
        let all = ["alertname": "FrontDoor5xx", "severity": "P0"].merging(labels) { $1 }
        return AlertSnapshot(
            labels: all, annotations: annotations, startsAtMilliseconds: start, endsAtMilliseconds: endsAt,
            generatorURL: "http://signalbox.example/graph?g0.expr=up", fingerprint: "0123456789abcdef")
    }

    static func make(
        kind: Notification.Kind = .page, status: Subject.Status = .firing, severity: Severity = .p0,
        title: String = "Front door answers 5xx", alerts: [AlertSnapshot]? = nil,
        annotations: [String: String] = [:], level: Int = 1, actor: String = "", text: String = "",
        pageID: String = "page-7", address: String = "", person: String = "ann", channel: String = "out",
        key: String = "page-7/1/ann/out"
    ) -> Notification {
        let common = [
            "alertname": "FrontDoor5xx", "severity": severity.rawValue, "service": "shop", "component": "front-door",
            "cluster": "eu-1", "environment": "production", "team": "edge",
        ]
        return Notification(
            key: key, channel: ChannelReference(channel: channel, address: address, person: person), kind: kind,
            subject: Subject(
                pageID: pageID, severity: severity, title: title, status: status,
                alerts: alerts ?? [alert(common, annotations: annotations)], commonLabels: common,
                commonAnnotations: annotations, groupLabels: ["alertname": "FrontDoor5xx"], level: level,
                actor: actor, url: "http://signalbox.example/pages/page-7", text: text),
            decidedAt: Timestamp(milliseconds: start + 12 * 60_000))
    }
}
