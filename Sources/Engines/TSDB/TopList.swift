/// The largest of many counts, without naming the others.
struct TopList {
    let limit: Int
    private(set) var entries: [CardinalityReport.Entry] = []

    init(limit: Int) { self.limit = limit }

    mutating func offer(_ count: Int, _ name: () -> String) {
        guard limit > 0, entries.count < limit || count > entries[entries.count - 1].count else { return }
        if entries.count == limit { entries.removeLast() }
        let place = entries.firstIndex { $0.count < count } ?? entries.count
        entries.insert(CardinalityReport.Entry(name: name(), count: count), at: place)
    }
}
