package import Basics

/// A parsed Go text/template, as Prometheus allows them in the labels and annotations of alerting rules.
///
/// Parsed once when the rule file is read; rendered for each alert at each evaluation. Rendering is bounded by
/// `TemplateLimits` and touches nothing but its arguments and the queries it asks for.
package struct Template: Sendable, Hashable, CustomStringConvertible {
    package let source: String
    /// Named in errors: Prometheus uses `__alert_` and the alert's name.
    package let name: String
    let nodes: [TemplateNode]
    let definitions: [String: TemplateBody]

    package init(_ source: String, name: String) throws(TemplateError) {
        self.source = source
        self.name = name
        // Fast path: most labels are plain text.
        if !source.utf8.contains(UInt8(ascii: "{")) {
            nodes = source.isEmpty ? [] : [.text(source)]
            definitions = [:]
            return
        }
        var parser = try TemplateParser(source, name: name, dialect: .rules)
        nodes = try parser.parse()
        definitions = parser.definitions
    }

    /// Text that is no template, whatever it holds: labels of recording rules and groups.
    package init(verbatim text: String) {
        source = text
        name = ""
        nodes = text.isEmpty ? [] : [.text(text)]
        definitions = [:]
    }

    package var description: String { source }

    package func render(_ data: TemplateData, at time: Timestamp, in environment: TemplateEnvironment)
        throws(TemplateError) -> String
    {
        // Fast path: nothing to expand.
        if nodes.isEmpty { return "" }
        if nodes.count == 1, case .text(let text) = nodes[0] { return text }
        let root = data.record
        var run = TemplateRun(
            TemplateBody(nodes: nodes, source: source, name: name), definitions: definitions, root: root,
            variables: [
                ("$labels", .labels(data.labels)), ("$externalLabels", .labels(data.externalLabels)),
                ("$externalURL", .string(data.externalURL)), ("$value", .float(data.value)),
            ],
            functions: TemplateFunctions(environment: environment, time: time), dialect: .rules)
        return try run.render()
    }

    package static func == (left: Template, right: Template) -> Bool {
        left.source == right.source && left.name == right.name
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(source)
        hasher.combine(name)
    }
}
