package import Basics
package import SignalModel

/// Something that was changed on purpose — a deployment, a flag — so that people see it beside what breaks.
package struct ChangeEvent: Sendable, Hashable {
    package var summary: String
    package var source: String
    package var at: Timestamp?
    /// Where it happened: `service`, `cluster` and the like.
    package var labels: Labels
    package var details: String
    package var links: String

    /// A change event of PagerDuty's Events API v2, or what is wrong with it.
    package static func decode(_ document: JSONValue) -> (change: ChangeEvent?, problems: [String]) {
        guard let payload = document["payload"] else { return (nil, ["payload is missing"]) }
        var fields = EventFields(payload, "payload.")
        let summary = fields.text("summary") ?? ""
        let source = fields.optionalText("source") ?? ""
        let at = fields.time("timestamp")
        let details = payload["custom_details"]
        guard fields.problems.isEmpty else { return (nil, fields.problems) }
        var labels = LabelsBuilder()
        for name in EventText.knownLabels {
            if let value = details?[name]?.scalarText { labels.set(name, EventText.label(value)) }
        }
        return (
            ChangeEvent(
                summary: EventText.cut(summary, EventLimits.labelValueBytesMax), source: EventText.label(source),
                at: at, labels: labels.labels(), details: EventText.annotation(EventText.lines(details)),
                links: EventText.annotation(PagerDutyEvent.links(document))), []
        )
    }
}
