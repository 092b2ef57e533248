/// The best few of many values, best first; of equal ones the earlier offered stays. NaN is worst.
struct Ranking {
    private let limit: Int
    private let isTop: Bool
    private var entries: [(value: Double, row: Int)] = []

    init(limit: Int, isTop: Bool) {
        self.limit = limit
        self.isTop = isTop
    }

    mutating func offer(_ value: Double, _ row: Int) {
        if limit == 0 { return }
        // Fast path: worse than all that are kept already.
        if entries.count == limit {
            guard let worst = entries.last, isBetter(value, worst.value) else { return }
            entries.removeLast()
        }
        var lower = 0
        var upper = entries.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if isBetter(value, entries[middle].value) { upper = middle } else { lower = middle + 1 }
        }
        entries.insert((value, row), at: lower)
    }

    @inline(__always)
    private func isBetter(_ a: Double, _ b: Double) -> Bool {
        if b.isNaN { return !a.isNaN }
        return isTop ? a > b : a < b
    }

    var rows: [Int] { entries.map(\.row) }
}
