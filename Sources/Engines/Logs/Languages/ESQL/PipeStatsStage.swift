/// Groups rows and aggregates them: a row a group follows.
final class PipeStatsStage: PipeStage {
    /// Arrays in several of the columns multiply.
    private static let groupsOfRecordMax = 100_000

    private var groups: PipeGroups

    init(_ groups: PipeGroups, next: PipeStage) {
        self.groups = groups
        super.init(next: next)
    }

    override func take(_ row: [PipeValue]) throws(LogQueryError) {
        var keys: [[PipeValue]] = [[]]
        for value in groups.key(row) {
            // A record with several values is in the group of each.
            let values = value == .null ? [.null] : value.values
            guard keys.count * values.count <= Self.groupsOfRecordMax else {
                throw LogQueryError(.overRows, "a record is in more than \(Self.groupsOfRecordMax) groups of STATS")
            }
            keys = values.count == 1 ? keys.map { $0 + values } : keys.flatMap { key in values.map { key + [$0] } }
        }
        for key in keys { try groups.add(row, to: key) }
    }

    override func finish() throws(LogQueryError) {
        // Without groups there is an answer even without records.
        if groups.isWhole { _ = try groups.number([]) }
        for (number, key) in groups.keys.enumerated() { try next?.take(groups.values(number) + key) }
        try next?.finish()
    }
}

/// Groups rows, aggregates them, and appends to each row what its group has.
final class PipeInlineStatsStage: PipeStage {
    private var groups: PipeGroups
    /// Of a row, of its group's aggregates, and of what it is grouped by.
    private let order: [Int]
    private let budget: AggregationBudget
    private var rows: [(row: [PipeValue], key: [PipeValue], group: Int?)] = []

    init(_ groups: PipeGroups, order: [Int], _ budget: AggregationBudget, next: PipeStage) {
        self.groups = groups
        self.order = order
        self.budget = budget
        super.init(next: next)
    }

    override func take(_ row: [PipeValue]) throws(LogQueryError) {
        let key = groups.key(row)
        try budget.hold((row + key).reduce(96) { $0 + $1.bytesCount })
        // Of several values there is no one group, as in Elasticsearch.
        let isOfSeveral = key.contains { if case .several = $0 { true } else { false } }
        if !isOfSeveral { try groups.add(row, to: key) }
        rows.append((row, key, isOfSeveral ? nil : try groups.number(key)))
    }

    override func finish() throws(LogQueryError) {
        var values: [[PipeValue]] = groups.keys.indices.map { groups.values($0) }
        values.append(values.first.map { $0.map { _ in .null } } ?? [])
        for (row, key, group) in rows {
            let all = row + values[group ?? values.count - 1] + key
            try next?.take(order.map { all[$0] })
        }
        rows = []
        try next?.finish()
    }
}
