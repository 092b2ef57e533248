package import Basics

/// Named templates that notifications draw on, as Alertmanager's `templates:` files define them.
package struct TemplateSet: Sendable, Hashable {
    private var definitions: [String: TemplateBody] = [:]
    /// What `tz` asks.
    package var zone: @Sendable (String) -> ZoneRules? = { _ in nil }

    package init() {}

    /// Adds what `source` defines; a name that is defined already gets the newer meaning.
    package mutating func add(_ source: String, file: String) throws(TemplateError) {
        var parser = try TemplateParser(source, name: file, dialect: .notifications)
        _ = try parser.parse()
        definitions.merge(parser.definitions) { $1 }
    }

    package var names: [String] { definitions.keys.sorted() }

    /// Reads one text of a receiver, `{{ template "slack.default.title" . }}`.
    package func text(_ source: String) throws(TemplateError) -> NotificationTemplate {
        try NotificationTemplate(source, definitions: definitions, zone: zone)
    }

    package static func == (left: Self, right: Self) -> Bool { left.definitions == right.definitions }
    package func hash(into hasher: inout Hasher) { hasher.combine(definitions.count) }
}

/// One text of a receiver, with the templates it may name.
package struct NotificationTemplate: Sendable, Hashable {
    private let body: TemplateBody
    private let definitions: [String: TemplateBody]
    private let zone: @Sendable (String) -> ZoneRules?

    fileprivate init(
        _ source: String, definitions: [String: TemplateBody], zone: @escaping @Sendable (String) -> ZoneRules?
    ) throws(TemplateError) {
        self.zone = zone
        guard source.utf8.contains(UInt8(ascii: "{")) else {
            body = TemplateBody(nodes: source.isEmpty ? [] : [.text(source)], source: source, name: "")
            self.definitions = [:]
            return
        }
        var parser = try TemplateParser(source, name: "", dialect: .notifications)
        body = TemplateBody(nodes: try parser.parse(), source: source, name: "")
        self.definitions = definitions.merging(parser.definitions) { $1 }
    }

    package var source: String { body.source }
    package var isEmpty: Bool { body.nodes.isEmpty }

    /// `asHTML`: values are escaped, the template's own text is not.
    package func render(_ data: TemplateValue, at time: Timestamp, asHTML: Bool = false) throws(TemplateError)
        -> String
    {
        if body.nodes.isEmpty { return "" }
        var environment = TemplateEnvironment(externalURL: "") { _ in [] }
        environment.zone = zone
        var run = TemplateRun(
            body, definitions: definitions, root: data, variables: [],
            functions: TemplateFunctions(environment: environment, time: time), dialect: .notifications,
            escapesHTML: asHTML)
        return try run.render()
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.body == right.body && left.definitions == right.definitions
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(body.source) }
}
