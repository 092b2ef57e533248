import Alerting
import Basics
import Response

/// One alert of a page, with what its rule says about it.
struct AlertView: Sendable, Hashable {
    struct Annotation: Sendable, Hashable {
        let annotationName: String
        let annotationText: String
        /// Only for http and https: other schemes stay text.
        let annotationLink: String?
    }

    let alertName: String
    let summary: String?
    let alertLabels: [LabelView]
    let annotations: [Annotation]
    let isFiring: Bool
    let started: TimeText
    let ended: TimeText?
    let exploreLink: String
    let explainLink: String

    init(_ alert: AlertBook.Alert, isFiring: Bool, now: Timestamp) {
        let name = alert.labels["alertname"] ?? "alert"
        alertName = name
        summary = alert.annotations["summary"].flatMap { $0.isEmpty ? nil : $0 }
        alertLabels = LabelView.list(alert.labels, without: ["alertname", "severity"])
        annotations = alert.annotations.filter { $0.key != "summary" && !$0.value.isEmpty }
            .sorted { $0.key < $1.key }.map { Self.annotation($0.key, $0.value) }
        self.isFiring = isFiring
        started = TimeText(milliseconds: alert.startsAtMilliseconds, now: now)
        ended = isFiring ? nil : TimeText(milliseconds: min(alert.endsAtMilliseconds, now.milliseconds), now: now)
        var quoted = ""
        for character in name.unicodeScalars {
            if character == "\"" || character == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(character)
        }
        explainLink = ExplainView.link(alert.labels)
        exploreLink = "/explore?query=" + QueryText.encode("ALERTS{alertname=\"\(quoted)\"}")
    }

    private static func annotation(_ name: String, _ text: String) -> Annotation {
        let isLink = text.hasPrefix("https://") || text.hasPrefix("http://")
        return Annotation(annotationName: name, annotationText: text, annotationLink: isLink ? text : nil)
    }
}
