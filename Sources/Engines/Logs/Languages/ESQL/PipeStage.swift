/// One step that rows of an ES|QL query take. Used by one thread.
class PipeStage {
    let next: PipeStage?

    init(next: PipeStage?) { self.next = next }

    func take(_ row: [PipeValue]) throws(LogQueryError) { try next?.take(row) }

    /// No row follows.
    func finish() throws(LogQueryError) { try next?.finish() }
}

final class PipeFilterStage: PipeStage {
    private let condition: PipeExpression
    private let evaluation: PipeEvaluation

    init(_ condition: PipeExpression, _ evaluation: PipeEvaluation, next: PipeStage) {
        self.condition = condition
        self.evaluation = evaluation
        super.init(next: next)
    }

    override func take(_ row: [PipeValue]) throws(LogQueryError) {
        if evaluation.value(condition, row) == .bool(true) { try next?.take(row) }
    }
}

/// Appends values, each of which may use those before it, and puts columns in the order that is wanted.
final class PipeProjectStage: PipeStage {
    /// Of what is appended to one row.
    private static let appendedBytesMax = 16 << 20

    private let appended: [PipeExpression]
    private let order: [Int]
    private let evaluation: PipeEvaluation

    init(_ appended: [PipeExpression], order: [Int], _ evaluation: PipeEvaluation, next: PipeStage) {
        self.appended = appended
        self.order = order
        self.evaluation = evaluation
        super.init(next: next)
    }

    override func take(_ row: [PipeValue]) throws(LogQueryError) {
        var row = row
        var bytes = 0
        for expression in appended {
            let value = evaluation.value(expression, row)
            bytes += value.bytesCount
            guard bytes <= Self.appendedBytesMax else {
                throw LogQueryError(.overMemory, "EVAL makes more than \(Self.appendedBytesMax) bytes of one record")
            }
            row.append(value)
        }
        try next?.take(order.map { row[$0] })
    }
}

final class PipeLimitStage: PipeStage {
    private var left: Int

    init(_ limit: Int, next: PipeStage) {
        left = limit
        super.init(next: next)
    }

    override func take(_ row: [PipeValue]) throws(LogQueryError) {
        guard left > 0 else { return }
        left -= 1
        try next?.take(row)
    }
}

final class PipeSortStage: PipeStage {
    private struct Entry {
        var keys: [PipeValue]
        var row: [PipeValue]

        var bytesCount: Int { (keys + row).reduce(64) { $0 + $1.bytesCount } }
    }

    private let orders: [PipeCommand.Order]
    /// Rows that are wanted of it, as far as is known.
    private let limit: Int?
    private let evaluation: PipeEvaluation
    private let budget: AggregationBudget
    private var entries: [Entry] = []

    init(
        _ orders: [PipeCommand.Order], limit: Int?, _ evaluation: PipeEvaluation, _ budget: AggregationBudget,
        next: PipeStage
    ) {
        self.orders = orders
        self.limit = limit
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
    }

    private func compare(_ left: [PipeValue], _ right: [PipeValue]) -> Int? {
        for (place, order) in orders.enumerated() {
            switch (left[place], right[place]) {
            case (.null, .null): continue
            case (.null, _): return order.hasNullsFirst ? -1 : 1
            case (_, .null): return order.hasNullsFirst ? 1 : -1
            case (let first, let second):
                let comparison = PipeValue.compare(first.values.first ?? .null, second.values.first ?? .null) ?? 0
                if comparison != 0 { return order.isDescending ? -comparison : comparison }
            }
        }
        return nil
    }

    override func finish() throws(LogQueryError) {
        settle(limit)
        for entry in entries { try next?.take(entry.row) }
        entries = []
        try next?.finish()
    }
}

final class PipeCollectStage: PipeStage {
    private(set) var rows: [[PipeValue]] = []
    private let budget: AggregationBudget

    init(_ budget: AggregationBudget) {
        self.budget = budget
        super.init(next: nil)
    }

    override func take(_ row: [PipeValue]) throws(LogQueryError) {
        try budget.hold(row.reduce(64) { $0 + $1.bytesCount })
        rows.append(row)
    }
}
