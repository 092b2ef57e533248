import SignalModel

/// The best few of many values, best first, NaN last. Equal ones stand by labels, so that the choice does not hang
/// on the order in which a store finds them.
struct Ranking {
    private let limit: Int
    private let isTop: Bool
    private let labels: [Labels]
    private var entries: [(value: Double, row: Int)] = []

    init(limit: Int, isTop: Bool, labels: [Labels]) {
        self.limit = limit
        self.isTop = isTop
        self.labels = labels
    }

    mutating func offer(_ value: Double, _ row: Int) {
        if limit == 0 { return }
        // Fast path: worse than all that are kept already.
        if entries.count == limit {
            guard let worst = entries.last, isBetter(value, row, than: worst) else { return }
            entries.removeLast()
        }
        var lower = 0
        var upper = entries.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if isBetter(value, row, than: entries[middle]) { upper = middle } else { lower = middle + 1 }
        }
        entries.insert((value, row), at: lower)
    }

    @inline(__always)
    private func isBetter(_ value: Double, _ row: Int, than other: (value: Double, row: Int)) -> Bool {
        if value == other.value || (value.isNaN && other.value.isNaN) { return labels[row] < labels[other.row] }
        if other.value.isNaN { return true }
        return isTop ? value > other.value : value < other.value
    }

    var rows: [Int] { entries.map(\.row) }
}
