import SignalModel
import WireFormats

/// `events:` of the paging file: what words of other alerting systems mean, and where in their JSON things stand.
enum EventDecoding {
    /// More mappings are refused: each is a system that sends.
    private static let mappingsMax = 100

    static func events(_ node: ConfigurationNode) -> EventSettings {
        var settings = EventSettings()
        guard var reader = node.mapping() else { return settings }
        if let severities = reader["severities"] {
            settings.severities = settings.severities.overridden(by: table(severities))
        }
        if let generic = reader["generic"], var inner = generic.mapping() {
            let entries = inner.all()
            if entries.count > mappingsMax { generic.note("\(generic.path): at most \(mappingsMax) mappings") }
            for entry in entries.prefix(mappingsMax) {
                settings.mappings[entry.name] = mapping(entry, settings.severities)
            }
        }
        reader.finish()
        return settings
    }

    private static func table(_ node: ConfigurationNode) -> [String: Severity] {
        guard var reader = node.mapping() else { return [:] }
        var table: [String: Severity] = [:]
        for entry in reader.all() { table[entry.name] = entry.value.choice(Severity.self) }
        return table
    }

    private static func mapping(_ entry: MappingReader.Entry, _ severities: EventSeverities) -> EventMapping? {
        guard var reader = entry.value.mapping() else { return nil }
        var mapping = EventMapping(
            name: entry.name, severity: .init(path: nil, severities: severities, otherwise: .p2))
        mapping.items = reader["items"].flatMap(path)
        mapping.labels = paths(reader["labels"], areLabels: true)
        for (name, value) in (reader["constants"]?.labels() ?? .empty).pairs { mapping.constants[name] = value }
        mapping.annotations = paths(reader["annotations"], areLabels: false)
        if let node = reader["severity"], var inner = node.mapping() {
            mapping.severity.path = inner["path"].flatMap(path)
            if let own = inner["table"] { mapping.severity.severities = severities.overridden(by: table(own)) }
            mapping.severity.otherwise = inner["default"]?.choice(Severity.self) ?? .p2
            inner.finish()
        }
        mapping.dedupKey = reader["dedup_key"].flatMap(path)
        mapping.resolve = condition(reader["resolve"])
        mapping.acknowledge = condition(reader["acknowledge"])
        mapping.url = reader["url"].flatMap(path)
        reader.finish()
        return mapping
    }

    private static func path(_ node: ConfigurationNode) -> JSONPath? {
        guard let text = node.string() else { return nil }
        if let path = JSONPath(text) { return path }
        node.expected(JSONPath.rule)
        return nil
    }

    private static func paths(_ node: ConfigurationNode?, areLabels: Bool) -> [String: JSONPath] {
        guard let node, var reader = node.mapping() else { return [:] }
        var paths: [String: JSONPath] = [:]
        for entry in reader.all() {
            if areLabels, entry.name == "severity" {
                entry.key.note("\(entry.value.path): severity has a key of its own beside labels")
                continue
            }
            guard entry.key.isLabelName(entry.name) else { continue }
            paths[entry.name] = path(entry.value)
        }
        return paths
    }

    private static func condition(_ node: ConfigurationNode?) -> EventMapping.Condition? {
        guard let node, var reader = node.mapping() else { return nil }
        let found = reader.required("path").flatMap(path)
        let values = (reader.required("equals")?.list() ?? []).compactMap { $0.labelValue() }
        reader.finish()
        return found.map { EventMapping.Condition(path: $0, values: values) }
    }
}
