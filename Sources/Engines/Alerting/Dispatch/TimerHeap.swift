/// Which group is due next. Derived from the groups: not stored, and rebuilt where a state was read.
///
/// Entries are never taken out when a timer changes; whoever pops one looks whether it still holds.
struct TimerHeap: Sendable {
    private var entries: [Entry] = []
    private(set) var isBuilt = false

    private struct Entry: Sendable {
        var due: Int64
        var id: String

        func isBefore(_ other: Entry) -> Bool { due != other.due ? due < other.due : id < other.id }
    }

    init() {}

    mutating func rebuild(_ groups: [String: AlertGroup]) {
        entries = groups.values.map { Entry(due: $0.dueAtMilliseconds, id: $0.id) }
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { sink(index) }
        isBuilt = true
    }

    var first: (due: Int64, id: String)? { entries.first.map { ($0.due, $0.id) } }
    var count: Int { entries.count }

    mutating func push(_ due: Int64, _ id: String) {
        entries.append(Entry(due: due, id: id))
        var index = entries.count - 1
        while index > 0, entries[index].isBefore(entries[(index - 1) / 2]) {
            entries.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func popFirst() {
        guard let last = entries.popLast(), !entries.isEmpty else { return }
        entries[0] = last
        sink(0)
    }

    private mutating func sink(_ start: Int) {
        var index = start
        while true {
            var smallest = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < entries.count && entries[child].isBefore(entries[smallest]) {
                smallest = child
            }
            if smallest == index { return }
            entries.swapAt(index, smallest)
            index = smallest
        }
    }
}

/// Two states with the same groups are the same, whatever their heaps look like.
extension TimerHeap: Hashable, Codable {
    init(from decoder: any Decoder) throws {}
    func encode(to encoder: any Encoder) throws { _ = encoder.unkeyedContainer() }
    static func == (left: TimerHeap, right: TimerHeap) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
}
