import Basics
import SignalModel

/// PagerDuty's Events API v1 (developer.pagerduty.com, "Events API v1"): what the clients of "Generic API" services send.
extension PagerDutyEvent {
    /// The credential; nil when there is none that is a text.
    package static func serviceKey(_ document: JSONValue) -> String? {
        guard let key = document["service_key"]?.text, !key.isEmpty else { return nil }
        return key
    }

    /// The event, or what is wrong with it, field by field. `generatedKey` stands in for a missing `incident_key`.
    package static func decodeFirst(
        _ document: JSONValue, severities: EventSeverities, generatedKey: @autoclosure () -> String
    ) -> AlertEvents {
        var fields = EventFields(document)
        guard let (action, key) = subject(&fields, action: "event_type", key: "incident_key", generatedKey()) else {
            return AlertEvents(problems: fields.problems)
        }
        guard action == .trigger else { return fields.result(AlertEvent(action, dedupKey: key)) }
        let summary = fields.text("description") ?? ""
        let client = fields.optionalText("client") ?? ""
        let details = document["details"]
        var labels = LabelsBuilder()
        for name in EventText.knownLabels {
            if let value = details?[name]?.scalarText { labels.set(name, EventText.label(value)) }
        }
        labels.set("alertname", EventText.label(client.isEmpty ? "Event" : client))
        // API v1 has no severity: each event calls at PagerDuty, so what its details do not say is critical.
        let severity = details?["severity"]?.scalarText.flatMap { severities[$0] } ?? severities["critical"]
        labels.set("severity", severity?.rawValue ?? "")
        labels.set("dedup_key", key)
        var annotations = LabelsBuilder()
        annotations.set("summary", EventText.annotation(summary))
        annotations.set("description", EventText.annotation(EventText.lines(details)))
        for name in ["runbook", "dashboard"] {
            if let value = details?[name]?.scalarText { annotations.set(name, EventText.annotation(value)) }
        }
        annotations.set("links", EventText.annotation(links(document, in: "contexts")))
        return fields.result(
            AlertEvent(
                .trigger, dedupKey: key, labels: labels.labels(), annotations: annotations.labels(),
                url: EventText.url(fields.optionalText("client_url"))))
    }
}
