import Alerting
import Basics
import HTTPAPI
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
    /// Of the service that its labels name; nil when they name none.
    let tracesLink: String?
    let logsLink: String?

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
        explainLink = ExplainView.link(alert.labels)
        exploreLink =
            "/explore?query="
            + QueryText.encode(Self.expression(alert.generatorURL) ?? Self.selector(alertname: name))
        let service = Self.serviceLabels.lazy.compactMap { alert.labels[$0] }.first { !$0.isEmpty }
        tracesLink = service.map { "/traces/service?service=" + QueryText.encode($0) }
        logsLink = service.map(Self.logsLink)
    }

    /// Labels in which rules name a service, the plainest first.
    private static let serviceLabels = ["service", "service_name", "service.name"]

    /// What the alert's rule asks, as its address of origin says it; nil for an alert of something else.
    private static func expression(_ generatorURL: String) -> String? {
        guard let start = generatorURL.firstIndex(of: "?"),
            let form = try? FormParameters(generatorURL[generatorURL.index(after: start)...]),
            let text = form["g0.expr"], !text.isEmpty
        else { return nil }
        return text
    }

    private static func logsLink(service: String) -> String {
        var filter = JSONWriter()
        filter.array { json in for text in ["service.name", service, ""] { json.string(text) } }
        return "/logs?filter=" + QueryText.encode(String(decoding: filter.bytes, as: UTF8.self))
    }

    private static func selector(alertname name: String) -> String {
        var quoted = ""
        for character in name.unicodeScalars {
            if character == "\"" || character == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(character)
        }
        return "ALERTS{alertname=\"\(quoted)\"}"
    }

    private static func annotation(_ name: String, _ text: String) -> Annotation {
        let isLink = text.hasPrefix("https://") || text.hasPrefix("http://")
        return Annotation(annotationName: name, annotationText: text, annotationLink: isLink ? text : nil)
    }
}
