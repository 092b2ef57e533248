package import PromQL

/// Stores what its expression yields under a new name.
package struct RecordingRule: Sendable, Hashable {
    package var name: String
    package var expression: Expression
    /// Set on every result; an empty value removes the label.
    package var labels: [RuleLabel]
    /// The expression as Prometheus prints it.
    package let query: String

    package init(name: String, expression: Expression, labels: [RuleLabel] = []) {
        self.name = name
        self.expression = expression
        self.labels = labels
        query = expression.description
    }
}
