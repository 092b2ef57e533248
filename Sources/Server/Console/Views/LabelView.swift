import SignalModel

/// One label of an alert or a target.
struct LabelView: Sendable, Hashable {
    let labelName: String
    let labelValue: String

    static func list(_ labels: Labels) -> [LabelView] {
        labels.pairs.map { LabelView(labelName: $0.name, labelValue: $0.value) }
    }

    static func list(_ labels: [String: String], without left: Set<String> = []) -> [LabelView] {
        labels.filter { !left.contains($0.key) }.sorted { $0.key < $1.key }
            .map { LabelView(labelName: $0.key, labelValue: $0.value) }
    }
}
