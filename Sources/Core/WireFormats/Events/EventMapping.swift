package import SignalModel

/// How a sender's own JSON becomes alerts: where in it each thing stands.
package struct EventMapping: Sendable, Hashable {
    /// A condition on one place: its value is one of some.
    package struct Condition: Sendable, Hashable {
        package var path: JSONPath
        package var values: [String]
        package init(path: JSONPath, values: [String]) {
            self.path = path
            self.values = values
        }
    }

    package struct SeverityRule: Sendable, Hashable {
        package var path: JSONPath?
        package var severities: EventSeverities
        /// For a word nobody mapped, and where there is none.
        package var otherwise: Severity
        package init(path: JSONPath?, severities: EventSeverities, otherwise: Severity) {
            self.path = path
            self.severities = severities
            self.otherwise = otherwise
        }
    }

    package var name: String
    /// Where the list of events stands; nil: the body is one event, or a list of them.
    package var items: JSONPath?
    package var labels: [String: JSONPath] = [:]
    /// Labels that are always the same.
    package var constants: [String: String] = [:]
    package var annotations: [String: JSONPath] = [:]
    package var severity: SeverityRule
    /// What makes two events one alert's; nil: their labels.
    package var dedupKey: JSONPath?
    /// Events that this holds for end their alert; nil: none does.
    package var resolve: Condition?
    package var acknowledge: Condition?
    package var url: JSONPath?

    package init(name: String, severity: SeverityRule) {
        self.name = name
        self.severity = severity
    }

    package func decode(_ document: JSONValue) -> AlertEvents {
        let found = items.map { $0.find(in: document) } ?? document
        let list: [JSONValue]
        switch found {
        case .array(let elements): list = elements
        case .object: list = items == nil ? [document] : []
        default: list = []
        }
        if let items, found?.elements == nil { return AlertEvents(problems: ["items: no array stands at \(items)"]) }
        if items == nil, list.isEmpty, found?.elements == nil {
            return AlertEvents(problems: ["the body must be an object or an array of objects"])
        }
        var result = AlertEvents()
        let isOne = items == nil && document.members != nil
        for (index, item) in list.enumerated() {
            guard index < EventLimits.eventsMax else {
                result.problems.append("[\(index)]: at most \(EventLimits.eventsMax) events in one request")
                break
            }
            let one = event(item, isOne ? "" : "[\(index)] ")
            result.events += one.events
            result.problems += one.problems
        }
        return result
    }

    private func event(_ item: JSONValue, _ place: String) -> AlertEvents {
        guard item.members != nil else {
            return AlertEvents(problems: ["\(place)must be an object, not \(item.kind)"])
        }
        var problems: [String] = []
        var labels = LabelsBuilder()
        for (name, path) in self.labels.sorted(by: { $0.key < $1.key }) {
            guard let value = path.find(in: item) else { continue }
            guard let text = value.scalarText else {
                problems.append("\(place)labels.\(name): \(path) is \(value.kind), not a text")
                continue
            }
            labels.set(name, EventText.label(text))
        }
        for (name, value) in constants { labels.set(name, value) }
        if labels.labels()["alertname"].isEmpty { labels.set("alertname", name) }
        labels.set("severity", severity(of: item).rawValue)
        var annotations = LabelsBuilder()
        for (name, path) in self.annotations {
            guard let value = path.find(in: item) else { continue }
            annotations.set(name, EventText.annotation(value.scalarText ?? EventText.lines(value)))
        }
        var key = ""
        if let dedupKey {
            key = dedupKey.find(in: item)?.scalarText ?? ""
            if key.isEmpty { problems.append("\(place)dedup_key: no text stands at \(dedupKey)") }
            if key.utf8.count > EventLimits.dedupKeyBytesMax {
                problems.append("\(place)dedup_key: longer than \(EventLimits.dedupKeyBytesMax) bytes")
            }
            labels.set("dedup_key", key)
        }
        guard problems.isEmpty else { return AlertEvents(problems: problems) }
        let action: AlertEvent.Action =
            holds(resolve, item) ? .resolve : holds(acknowledge, item) ? .acknowledge : .trigger
        return AlertEvents([
            AlertEvent(
                action, dedupKey: key, labels: labels.labels(), annotations: annotations.labels(),
                url: EventText.url(url?.find(in: item)?.text))
        ])
    }

    private func severity(of item: JSONValue) -> Severity {
        severity.path?.find(in: item)?.scalarText.flatMap { severity.severities[$0] } ?? severity.otherwise
    }

    private func holds(_ condition: Condition?, _ item: JSONValue) -> Bool {
        guard let condition, let text = condition.path.find(in: item)?.scalarText else { return false }
        return condition.values.contains(text)
    }
}
