/// A list of rules that change label sets, or drop them, one after another: Prometheus' `relabel_configs`. Pure, so
/// that what it does to a set is known before it is done.
package struct Relabelling: Sendable, Hashable {
    /// What one rule came to.
    package struct Step: Sendable, Hashable {
        package var rule: RelabelSettings
        /// Nil when the rule dropped the set.
        package var labels: Labels?
    }

    package static let none = Relabelling([])

    private let rules: [RelabelRule]

    package init(_ rules: [RelabelRule]) { self.rules = rules }

    package var settings: [RelabelSettings] { rules.map(\.settings) }
    package var isEmpty: Bool { rules.isEmpty }

    /// The changed labels; nil when a rule drops them.
    package func applied(to labels: Labels) -> Labels? {
        if rules.isEmpty { return labels }
        var edits = LabelEdits(labels)
        for rule in rules { guard rule.apply(to: &edits) else { return nil } }
        return edits.isChanged ? Labels(edits.pairs) : labels
    }

    /// The labels after each rule, up to the one that drops them.
    package func steps(for labels: Labels) -> [Step] {
        var edits = LabelEdits(labels)
        var result: [Step] = []
        for rule in rules {
            let isKept = rule.apply(to: &edits)
            result.append(Step(rule: rule.settings, labels: isKept ? Labels(edits.pairs) : nil))
            if !isKept { break }
        }
        return result
    }
}
