package import PromQL

/// Holds an alert for every element its expression yields.
package struct AlertingRule: Sendable, Hashable {
    package var name: String
    package var expression: Expression
    /// How long an element must be there, without a gap, before its alert fires.
    package var hold: Duration
    /// How long an alert keeps firing after its element is gone.
    package var keepFiring: Duration
    package var labels: [RuleLabel]
    package var annotations: [RuleLabel]
    /// The expression as Prometheus prints it.
    package let query: String

    package init(
        name: String, expression: Expression, hold: Duration = .zero, keepFiring: Duration = .zero,
        labels: [RuleLabel] = [], annotations: [RuleLabel] = []
    ) {
        self.name = name
        self.expression = expression
        self.hold = hold
        self.keepFiring = keepFiring
        self.labels = labels
        self.annotations = annotations
        query = expression.description
    }
}
