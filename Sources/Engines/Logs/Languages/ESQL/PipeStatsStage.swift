/// Groups rows and aggregates them.
final class PipeStatsStage: PipeStage {
    struct Aggregate {
        var kind: PipeAggregate
        var arguments: [PipeExpression]
        var filter: PipeExpression?
    }

    /// More groups are refused: an answer has 10 000 rows at most.
    private static let groupsMax = 1_000_000
    /// Arrays in several of the columns multiply.
    private static let groupsOfRecordMax = 100_000

    private let aggregates: [Aggregate]
    private let groups: [PipeExpression]
    /// Of the aggregates' values, then of the groups' ones.
    private let results: [PipeExpression]
    private let evaluation: PipeEvaluation
    private let budget: AggregationBudget
    private var numbers: [[PipeValue]: Int] = [:]
    private var keys: [[PipeValue]] = []
    private var states: [[PipeAccumulator]] = []

    init(
        _ aggregates: [Aggregate], by groups: [PipeExpression], results: [PipeExpression],
        _ evaluation: PipeEvaluation, _ budget: AggregationBudget, next: PipeStage
    ) {
        self.aggregates = aggregates
        self.groups = groups
        self.results = results
        self.evaluation = evaluation
        self.budget = budget
        super.init(next: next)
    }

    override func take(_ row: [PipeValue]) throws(LogQueryError) {
        var keys: [[PipeValue]] = [[]]
        for group in groups {
            let value = evaluation.value(group, row)
            // A record with several values is in the group of each.
            let values = value == .null ? [.null] : value.values
            guard keys.count * values.count <= Self.groupsOfRecordMax else {
                throw LogQueryError(.overRows, "a record is in more than \(Self.groupsOfRecordMax) groups of STATS")
            }
            keys = values.count == 1 ? keys.map { $0 + values } : keys.flatMap { key in values.map { key + [$0] } }
        }
        for key in keys {
            let number = try self.number(key)
            for (place, aggregate) in aggregates.enumerated() {
                if let filter = aggregate.filter, evaluation.value(filter, row) != .bool(true) { continue }
                let grown = states[number][place].add(aggregate.arguments.map { evaluation.value($0, row) })
                if grown > 0 { try budget.hold(grown) }
            }
        }
    }

    private func number(_ key: [PipeValue]) throws(LogQueryError) -> Int {
        let grouped = key.map(\.grouped)
        if let number = numbers[grouped] { return number }
        guard keys.count < Self.groupsMax else {
            throw LogQueryError(.overRows, "STATS makes more than \(Self.groupsMax) groups")
        }
        try budget.hold(
            key.reduce(128) { $0 + $1.bytesCount } + aggregates.count * MemoryLayout<PipeAccumulator>.stride)
        numbers[grouped] = keys.count
        keys.append(key)
        states.append(aggregates.map { PipeAccumulator($0.kind) })
        return keys.count - 1
    }

    override func finish() throws(LogQueryError) {
        // Without groups there is an answer even without records.
        if groups.isEmpty { _ = try number([]) }
        for (key, state) in zip(keys, states) {
            let values = state.map(\.value)
            try next?.take(results.map { evaluation.value($0, values) } + key)
        }
        try next?.finish()
    }
}
