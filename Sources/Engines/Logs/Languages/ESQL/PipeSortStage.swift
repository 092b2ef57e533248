/// Puts rows in order.
final class PipeSortStage: PipeStage {
    private struct Entry {
        var keys: [PipeValue]
        var row: [PipeValue]

        var bytesCount: Int { (keys + row).reduce(64) { $0 + $1.bytesCount } }
    }

    private let orders: [PipeCommand.Order]
    /// Rows that are wanted of it, as far as is known.
    private let limit: Int?
    /// The first key is the time of the record, newest first.
    private let isByTime: Bool
    /// The last of the rows that are in, once there are enough.
    private var oldest: Int64?
    private let evaluation: PipeEvaluation
    private let budget: AggregationBudget
    private var entries: [Entry] = []

    init(
        _ orders: [PipeCommand.Order], limit: Int?, isByTime: Bool, _ evaluation: PipeEvaluation,
        _ budget: AggregationBudget, next: PipeStage
    ) {
        self.orders = orders
        self.limit = limit
        self.isByTime = isByTime
        self.evaluation = evaluation
        self.budget = budget
        super.init(next: next)
    }

    override func take(_ row: [PipeValue]) throws(LogQueryError) {
        let entry = Entry(keys: orders.map { evaluation.value($0.expression, row) }, row: row)
        try budget.hold(entry.bytesCount)
        entries.append(entry)
        if let limit, entries.count >= 2 * limit + 1000 { settle(limit) }
    }

    private func settle(_ limit: Int?) {
        // What is equal stays in the order in which it came.
        let order = entries.indices.sorted { left, right in
            compare(entries[left].keys, entries[right].keys).map { $0 < 0 } ?? (left < right)
        }
        let kept = limit ?? order.count
        budget.release(order.dropFirst(kept).reduce(0) { $0 + entries[$1].bytesCount })
        entries = order.prefix(kept).map { entries[$0] }
        if isByTime, entries.count == limit, let last = entries.last, case .date(let time) = last.keys[0] {
            oldest = time
        }
    }

    override func wants(_ time: Int64) -> Bool { oldest.map { time >= $0 } ?? true }

    private func compare(_ left: [PipeValue], _ right: [PipeValue]) -> Int? {
        for (place, order) in orders.enumerated() {
            switch (left[place], right[place]) {
            case (.null, .null): continue
            case (.null, _): return order.hasNullsFirst ? -1 : 1
            case (_, .null): return order.hasNullsFirst ? 1 : -1
            case (let first, let second):
                let comparison = PipeValue.compare(Self.key(first, order), Self.key(second, order)) ?? 0
                if comparison != 0 { return order.isDescending ? -comparison : comparison }
            }
        }
        return nil
    }

    /// Of several values the least counts, and the greatest where they descend.
    private static func key(_ value: PipeValue, _ order: PipeCommand.Order) -> PipeValue {
        guard case .several(let values) = value else { return value }
        let found = values.max { left, right in
            let comparison = PipeValue.compare(left, right) ?? 0
            return order.isDescending ? comparison < 0 : comparison > 0
        }
        return found ?? .null
    }

    override func finish() throws(LogQueryError) {
        settle(limit)
        for entry in entries { try next?.take(entry.row) }
        entries = []
        try next?.finish()
    }
}
