import Basics
import SignalModel

/// Alertmanager's webhook, version 4, and Grafana's, which has the same shape and more links.
package enum AlertWebhook {
    package static func decode(_ document: JSONValue, severities: EventSeverities) -> AlertEvents {
        guard document.members != nil else {
            return AlertEvents(problems: ["the body must be an object, not \(document.kind)"])
        }
        guard let alerts = document["alerts"]?.elements else {
            return AlertEvents(problems: ["alerts must be an array"])
        }
        var result = AlertEvents()
        for (index, alert) in alerts.enumerated() {
            guard index < EventLimits.eventsMax else {
                result.problems.append("alerts[\(index)]: at most \(EventLimits.eventsMax) alerts in one request")
                break
            }
            let one = event(alert, "alerts[\(index)].", severities)
            result.events += one.events
            result.problems += one.problems
        }
        if let truncated = document["truncatedAlerts"]?.scalarText, let count = Int(truncated), count > 0 {
            result.problems.append("truncatedAlerts: the sender left out \(count) alerts; lift its max_alerts")
        }
        return result
    }

    private enum Status: String, CaseIterable { case firing, resolved }

    private static func event(_ alert: JSONValue, _ place: String, _ severities: EventSeverities) -> AlertEvents {
        var fields = EventFields(alert, place)
        guard alert.members != nil else { return AlertEvents(problems: fields.problems) }
        let status = fields.choice("status", Status.self)
        let startsAt = fields.time("startsAt")
        let endedAt = fields.time("endsAt")
        var labels = pairs("labels", &fields, EventText.label)
        if labels.labels().isEmpty, fields.problems.isEmpty { fields.note("labels", "is empty") }
        if labels.labels().count > EventLimits.labelsMax {
            fields.note("labels", "holds more than \(EventLimits.labelsMax)")
        }
        let word = labels.labels()["severity"]
        if let severity = severities[word] { labels.set("severity", severity.rawValue) }
        if labels.labels()["alertname"].isEmpty { labels.set("alertname", "Alert") }
        var annotations = pairs("annotations", &fields, EventText.annotation)
        for (name, key) in [("dashboard", "dashboardURL"), ("panel", "panelURL"), ("values", "valueString")] {
            if let text = fields.optionalText(key), !text.isEmpty {
                annotations.set(name, EventText.annotation(text))
            }
        }
        guard let status else { return AlertEvents(problems: fields.problems) }
        return fields.result(
            AlertEvent(
                status == .firing ? .trigger : .resolve, labels: labels.labels(), annotations: annotations.labels(),
                startsAt: startsAt, endedAt: status == .resolved ? endedAt : nil,
                url: EventText.url(fields.optionalText("generatorURL"))))
    }

    /// An object of texts.
    private static func pairs(
        _ name: String, _ fields: inout EventFields, _ text: (String) -> String
    ) -> LabelsBuilder {
        var builder = LabelsBuilder()
        guard let found = fields.value[name] else {
            if name == "labels" { fields.note(name, "is missing") }
            return builder
        }
        guard let members = found.members else {
            fields.note(name, "must be an object, not \(found.kind)")
            return builder
        }
        guard members.count <= EventLimits.labelsMax else {
            fields.note(name, "holds more than \(EventLimits.labelsMax)")
            return builder
        }
        for (key, value) in members where value != .null {
            guard let scalar = value.scalarText else {
                fields.note("\(name).\(key.prefix40)", "must be a text, not \(value.kind)")
                continue
            }
            if key.isEmpty || key.utf8.count > EventLimits.labelValueBytesMax {
                fields.note(name, "has a name that is empty or longer than \(EventLimits.labelValueBytesMax) bytes")
                continue
            }
            builder.set(key, text(scalar))
        }
        return builder
    }
}
