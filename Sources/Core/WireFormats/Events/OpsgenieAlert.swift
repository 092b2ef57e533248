import Basics
import SignalModel

/// An alert as Opsgenie's clients create it (docs.opsgenie.com, "Alert API").
package enum OpsgenieAlert {
    private static let priorities: [String: Severity] = ["P1": .p0, "P2": .p1, "P3": .p2, "P4": .p3, "P5": .p3]

    /// The alert, or what is wrong with it, field by field. `generatedKey` stands in for a missing `alias`.
    package static func decode(
        _ document: JSONValue, severities: EventSeverities, generatedKey: @autoclosure () -> String
    ) -> AlertEvents {
        var fields = EventFields(document)
        guard document.members != nil else { return AlertEvents(problems: ["the alert must be an object"]) }
        let message = fields.text("message") ?? ""
        var alias = fields.optionalText("alias") ?? ""
        if let problem = problem(ofAlias: alias) { fields.note("alias", problem) }
        if alias.isEmpty { alias = generatedKey() }
        let details = document["details"]
        let priority = fields.optionalText("priority") ?? ""
        let severity = priorities[priority.uppercased()]
        if severity == nil, !priority.isEmpty {
            fields.note("priority", "must be P1, P2, P3, P4 or P5, not \(quoted(priority.prefix40))")
        }
        var labels = LabelsBuilder()
        labels.set("component", EventText.label(fields.optionalText("entity") ?? ""))
        labels.set("source", EventText.label(fields.optionalText("source") ?? ""))
        for name in EventText.knownLabels {
            if let value = details?[name]?.scalarText { labels.set(name, EventText.label(value)) }
        }
        labels.set("alertname", EventText.label(details?["alertname"]?.scalarText ?? "Event"))
        // Alertmanager puts the labels of its alerts into the details, and says no priority unless told.
        let said = details?["severity"]?.scalarText.flatMap { severities[$0] }
        labels.set("severity", (severity ?? said ?? .p2).rawValue)
        labels.set("dedup_key", alias)
        var annotations = LabelsBuilder()
        annotations.set("summary", EventText.annotation(message))
        let texts = [fields.optionalText("description") ?? "", EventText.lines(details)].filter { !$0.isEmpty }
        annotations.set("description", EventText.annotation(texts.joined(separator: "\n")))
        let tags = (document["tags"]?.elements ?? []).compactMap(\.scalarText)
        annotations.set("tags", EventText.annotation(tags.joined(separator: ", ")))
        for name in ["runbook", "dashboard"] {
            if let value = details?[name]?.scalarText { annotations.set(name, EventText.annotation(value)) }
        }
        return fields.result(
            AlertEvent(
                .trigger, dedupKey: alias, labels: labels.labels(), annotations: annotations.labels(),
                url: EventText.url(document["source"]?.text)))
    }

    /// What is wrong with an alias; nil when nothing is.
    package static func problem(ofAlias alias: String) -> String? {
        alias.utf8.count > EventLimits.aliasBytesMax ? "is longer than \(EventLimits.aliasBytesMax) bytes" : nil
    }
}
