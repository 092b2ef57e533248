/// The groups of a STATS and their aggregates, under way.
struct PipeGroups {
    struct Aggregate {
        var kind: PipeAggregate
        var arguments: [PipeExpression]
        var filter: PipeExpression?
    }

    /// More groups are refused: an answer has 10 000 rows at most.
    private static let groupsMax = 1_000_000

    private let aggregates: [Aggregate]
    private let groups: [PipeExpression]
    /// Of the aggregates' values.
    private let results: [PipeExpression]
    private let evaluation: PipeEvaluation
    private let budget: AggregationBudget
    private var numbers: [[PipeValue]: Int] = [:]
    private(set) var keys: [[PipeValue]] = []
    private var states: [[PipeAccumulator]] = []

    init(
        _ aggregates: [Aggregate], by groups: [PipeExpression], results: [PipeExpression],
        _ evaluation: PipeEvaluation, _ budget: AggregationBudget
    ) {
        self.aggregates = aggregates
        self.groups = groups
        self.results = results
        self.evaluation = evaluation
        self.budget = budget
    }

    var isWhole: Bool { groups.isEmpty }

    /// What a row is grouped by.
    func key(_ row: [PipeValue]) -> [PipeValue] { groups.map { evaluation.value($0, row) } }

    mutating func add(_ row: [PipeValue], to key: [PipeValue]) throws(LogQueryError) {
        let number = try number(key)
        for (place, aggregate) in aggregates.enumerated() {
            if let filter = aggregate.filter, evaluation.value(filter, row) != .bool(true) { continue }
            let grown = states[number][place].add(aggregate.arguments.map { evaluation.value($0, row) })
            if grown > 0 { try budget.hold(grown) }
        }
    }

    mutating func number(_ key: [PipeValue]) throws(LogQueryError) -> Int {
        let grouped = key.map(\.grouped)
        if let number = numbers[grouped] {
            // Of a field that is a number here and its text there the group is called by the number.
            for place in key.indices {
                if case .text = keys[number][place], keys[number][place] != key[place] {
                    keys[number][place] = key[place]
                }
            }
            return number
        }
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

    /// The aggregates of a group.
    func values(_ number: Int) -> [PipeValue] {
        let values = states[number].map(\.value)
        return results.map { evaluation.value($0, values) }
    }
}
