import Basics
import SignalModel

/// Azure Monitor's common alert schema (learn.microsoft.com, "Common alert schema"), as an action group's webhook
/// sends it.
package enum AzureAlert {
    private enum Condition: String, CaseIterable {
        case fired = "Fired"
        case resolved = "Resolved"
    }

    private static let schema = "azureMonitorCommonAlertSchema"

    package static func decode(_ document: JSONValue, severities: EventSeverities) -> AlertEvents {
        guard document["schemaId"]?.text == schema else {
            return AlertEvents(problems: [
                "schemaId must be \(schema): switch the common alert schema on in the action group"
            ])
        }
        guard let essentials = document["data"]?["essentials"] else {
            return AlertEvents(problems: ["data.essentials is missing"])
        }
        var fields = EventFields(essentials, "data.essentials.")
        let condition = fields.choice("monitorCondition", Condition.self)
        let id = fields.text("alertId") ?? ""
        let rule = fields.text("alertRule") ?? ""
        let word = fields.text("severity") ?? ""
        let severity = severities[word]
        if severity == nil, !word.isEmpty {
            fields.note("severity", "must be Sev0 to Sev4, not \(quoted(word.prefix40))")
        }
        let startsAt = fields.time("firedDateTime")
        let endedAt = fields.time("resolvedDateTime")
        // The id is a path of Azure's resources; its last part alone is unique.
        let key = id.split(separator: "/").last.map(String.init) ?? id
        if key.utf8.count > EventLimits.dedupKeyBytesMax {
            fields.note("alertId", "is longer than \(EventLimits.dedupKeyBytesMax) bytes")
        }
        guard let condition, fields.problems.isEmpty else { return AlertEvents(problems: fields.problems) }
        guard condition == .fired else {
            return AlertEvents([AlertEvent(.resolve, dedupKey: key, endedAt: endedAt)])
        }
        let custom = document["data"]?["customProperties"]
        var labels = LabelsBuilder()
        for name in EventText.knownLabels {
            if let value = custom?[name]?.scalarText { labels.set(name, EventText.label(value)) }
        }
        labels.set("alertname", EventText.label(rule))
        labels.set("severity", severity?.rawValue ?? "")
        labels.set("alert_id", key)
        let target = essentials["alertTargetIDs"]?.elements?.first?.text ?? ""
        labels.set("source", EventText.label(target.split(separator: "/").last.map(String.init) ?? ""))
        if let signal = fields.optionalText("signalType") { labels.set("signal", EventText.label(signal)) }
        var annotations = LabelsBuilder()
        let description = essentials["description"]?.scalarText ?? ""
        annotations.set("summary", EventText.annotation(description.isEmpty ? rule : description))
        annotations.set("description", EventText.annotation(EventText.lines(custom)))
        annotations.set("target", EventText.annotation(target))
        return AlertEvents([
            AlertEvent(
                .trigger, dedupKey: key, labels: labels.labels(), annotations: annotations.labels(),
                startsAt: startsAt)
        ])
    }
}
