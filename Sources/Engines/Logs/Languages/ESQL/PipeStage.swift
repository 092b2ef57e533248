/// One step that rows of an ES|QL query take. Used by one thread.
class PipeStage {
    let next: PipeStage?

    init(next: PipeStage?) { self.next = next }

    func take(_ row: [PipeValue]) throws(LogQueryError) { try next?.take(row) }

    /// Whether a record of this time can still make a difference; blocks come newest first.
    func wants(_ time: Int64) -> Bool { next?.wants(time) ?? true }

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

    override func wants(_ time: Int64) -> Bool { left > 0 && super.wants(time) }
}

/// A row for each value of a column.
final class PipeExpandStage: PipeStage {
    private let slot: Int

    init(_ slot: Int, next: PipeStage) {
        self.slot = slot
        super.init(next: next)
    }

    override func take(_ row: [PipeValue]) throws(LogQueryError) {
        guard case .several(let values) = row[slot] else {
            try next?.take(row)
            return
        }
        var row = row
        for value in values {
            row[slot] = value
            try next?.take(row)
        }
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
