import SignalModel

/// One rule of relabelling and what it changed.
struct RelabelStepView: Sendable {
    struct Change: Sendable {
        /// `added`, `removed` or `changed`, told by a sign too.
        let changeTone: String
        let sign: String
        let changeName: String
        let changeText: String
    }

    let stepNumber: Int
    let actionName: String
    let settings: [LabelView]
    let changes: [Change]
    let drops: Bool
    /// What there is to say of a rule that changed no label.
    let quietText: String?

    private static let deciders: Set<RelabelAction> = [.keep, .drop, .keepequal, .dropequal]

    init(_ number: Int, _ step: Relabelling.Step, before: Labels) {
        stepNumber = number
        actionName = step.rule.action.rawValue
        settings = Self.settings(step.rule)
        drops = step.labels == nil
        changes = step.labels.map { Self.changes(before, $0) } ?? []
        quietText =
            drops || !changes.isEmpty
            ? nil : Self.deciders.contains(step.rule.action) ? "keeps the target" : "changes nothing"
    }

    /// What is not as Prometheus has it by itself.
    private static func settings(_ rule: RelabelSettings) -> [LabelView] {
        var result: [LabelView] = []
        func add(_ name: String, _ value: String?) {
            if let value { result.append(LabelView(labelName: name, labelValue: value)) }
        }
        add("source_labels", rule.sourceLabels.map { "[" + $0.joined(separator: ", ") + "]" })
        if rule.separator != RelabelSettings.defaultSeparator { add("separator", quoted(rule.separator)) }
        add("regex", rule.regex)
        if rule.modulus > 0 { add("modulus", String(rule.modulus)) }
        if !rule.targetLabel.isEmpty { add("target_label", rule.targetLabel) }
        if rule.replacement != RelabelSettings.defaultReplacement { add("replacement", quoted(rule.replacement)) }
        return result
    }

    private static func changes(_ before: Labels, _ after: Labels) -> [Change] {
        let removed = before.pairs.filter { !after.contains($0.name) }.map {
            Change(changeTone: "removed", sign: "−", changeName: $0.name, changeText: $0.value)
        }
        let others = after.pairs.compactMap { name, value -> Change? in
            guard let old = before.value(of: name) else {
                return Change(changeTone: "added", sign: "+", changeName: name, changeText: value)
            }
            if old == value { return nil }
            return Change(changeTone: "changed", sign: "~", changeName: name, changeText: "\(old) → \(value)")
        }
        return removed + others
    }
}
