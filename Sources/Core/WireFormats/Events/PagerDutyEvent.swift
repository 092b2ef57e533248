import Basics
import SignalModel

/// One event of PagerDuty's Events API v2 (developer.pagerduty.com, "Send an Alert Event").
package enum PagerDutyEvent {
    /// The credential; nil when there is none that is a text.
    package static func routingKey(_ document: JSONValue) -> String? {
        guard let key = document["routing_key"]?.text, !key.isEmpty else { return nil }
        return key
    }

    /// The event, or what is wrong with it, field by field. `generatedKey` stands in for a missing `dedup_key`.
    package static func decode(
        _ document: JSONValue, severities: EventSeverities, generatedKey: @autoclosure () -> String
    ) -> AlertEvents {
        var fields = EventFields(document)
        guard let (action, key) = subject(&fields, action: "event_action", key: "dedup_key", generatedKey()) else {
            return AlertEvents(problems: fields.problems)
        }
        guard action == .trigger else { return fields.result(AlertEvent(action, dedupKey: key)) }
        guard let payload = document["payload"] else {
            fields.note("payload", "is missing")
            return AlertEvents(problems: fields.problems)
        }
        var inner = EventFields(payload, "payload.")
        let event = alert(document, &inner, key: key, severities: severities, outer: &fields)
        fields.problems += inner.problems
        return fields.result(event)
    }

    /// What happens to which alert, by the names that a version of the API has for them; nil where that cannot be known.
    static func subject(
        _ fields: inout EventFields, action actionName: String, key keyName: String,
        _ generatedKey: @autoclosure () -> String
    ) -> (action: AlertEvent.Action, key: String)? {
        guard fields.value.members != nil else {
            fields.problems = ["the event must be an object"]
            return nil
        }
        let action = fields.choice(actionName, AlertEvent.Action.self)
        let key = fields.optionalText(keyName) ?? ""
        if key.utf8.count > EventLimits.dedupKeyBytesMax {
            fields.note(keyName, "is longer than \(EventLimits.dedupKeyBytesMax) bytes")
        }
        if key.isEmpty, let action, action != .trigger { fields.note(keyName, "is needed to \(action.rawValue)") }
        return action.map { ($0, key.isEmpty ? generatedKey() : key) }
    }

    private static func alert(
        _ document: JSONValue, _ payload: inout EventFields, key: String, severities: EventSeverities,
        outer: inout EventFields
    ) -> AlertEvent {
        let summary = payload.text("summary") ?? ""
        let source = payload.text("source") ?? ""
        let word = payload.text("severity") ?? ""
        let severity = severities[word]
        if severity == nil, !word.isEmpty {
            payload.note("severity", "must be critical, error, warning or info, not \(quoted(word.prefix40))")
        }
        let startsAt = payload.time("timestamp")
        let details = payload.value["custom_details"]
        let client = outer.optionalText("client") ?? ""
        var labels = LabelsBuilder()
        for name in EventText.knownLabels {
            if let value = details?[name]?.scalarText { labels.set(name, EventText.label(value)) }
        }
        for name in ["component", "group"] {
            if let value = payload.optionalText(name), !value.isEmpty { labels.set(name, EventText.label(value)) }
        }
        let kind = payload.optionalText("class") ?? ""
        labels.set("alertname", EventText.label(kind.isEmpty ? (client.isEmpty ? "Event" : client) : kind))
        labels.set("source", EventText.label(source))
        labels.set("severity", severity?.rawValue ?? "")
        labels.set("dedup_key", key)
        var annotations = LabelsBuilder()
        annotations.set("summary", EventText.annotation(summary))
        annotations.set("description", EventText.annotation(EventText.lines(details)))
        for name in ["runbook", "dashboard"] {
            if let value = details?[name]?.scalarText { annotations.set(name, EventText.annotation(value)) }
        }
        annotations.set("links", EventText.annotation(links(document)))
        return AlertEvent(
            .trigger, dedupKey: key, labels: labels.labels(), annotations: annotations.labels(), startsAt: startsAt,
            url: EventText.url(outer.optionalText("client_url")))
    }

    /// A line for each link: what it is called and where it leads.
    static func links(_ document: JSONValue, in member: String = "links") -> String {
        (document[member]?.elements ?? []).compactMap { link in
            guard let target = link["href"]?.text else { return nil }
            let name = link["text"]?.text ?? ""
            return name.isEmpty ? target : "\(name): \(target)"
        }.joined(separator: "\n")
    }
}

extension EventText {
    /// Only what a browser may be sent to.
    static func url(_ text: String?) -> String {
        guard let text, text.utf8.count <= 2048, !text.utf8.contains(where: { $0 <= 0x20 }),
            text.hasPrefix("http://") || text.hasPrefix("https://")
        else { return "" }
        return text
    }
}

extension String {
    /// For messages: enough to recognise it.
    var prefix40: String { count > 40 ? prefix(40) + "…" : self }
}
