/// Labels while rules change them, in the order in which Prometheus' builder goes through them: the original ones by
/// name, then the others as they were set. The order decides which of two labels wins that `labelmap` gives one name.
struct LabelEdits {
    private var entries: [(name: String, value: String)]
    /// How many entries are original ones.
    private var originalCount: Int
    private(set) var isChanged = false

    init(_ labels: Labels) {
        entries = labels.pairs
        originalCount = entries.count
    }

    var pairs: [(name: String, value: String)] { entries }

    /// Empty when absent.
    subscript(name: String) -> String { entries.first { $0.name == name }?.value ?? "" }

    /// An empty `value` removes the label.
    mutating func set(_ name: String, to value: String) {
        if value.isEmpty { return remove(name) }
        isChanged = true
        if let index = entries.firstIndex(where: { $0.name == name }) {
            if index >= originalCount {
                entries[index].value = value
                return
            }
            entries.remove(at: index)
            originalCount -= 1
        }
        entries.append((name, value))
    }

    mutating func remove(_ name: String) {
        guard let index = entries.firstIndex(where: { $0.name == name }) else { return }
        entries.remove(at: index)
        if index < originalCount { originalCount -= 1 }
        isChanged = true
    }
}
