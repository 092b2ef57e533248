package import GoTemplates

/// A label or annotation as a rule sets it: a plain text for recording rules, a template for alerting ones.
package struct RuleLabel: Sendable, Hashable {
    package var name: String
    package var value: Template

    package init(_ name: String, _ value: Template) {
        self.name = name
        self.value = value
    }
}

extension [RuleLabel] {
    /// Names and unexpanded values, sorted: what the API shows and what tells two rules apart.
    package var pairs: [(name: String, value: String)] {
        map { ($0.name, $0.value.source) }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    }

    func inheriting(_ group: [RuleLabel]) -> [RuleLabel] {
        group.filter { label in !contains { $0.name == label.name } } + self
    }
}
