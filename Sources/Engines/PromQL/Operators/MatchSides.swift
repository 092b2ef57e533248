import SignalModel

/// The rows of both sides of a match by group: those that share the labels that count.
struct MatchSides {
    /// The group of each row of the "many" side; nil when the other side has none of it.
    let groupOfMany: [Int?]
    /// Rows of the "one" side by group. Several only where they never meet at one step.
    let oneRows: [[Int]]
    let manyRows: [[Int]]

    init(
        many: SeriesTable, one: SeriesTable, _ matching: VectorMatching, oneIsLeft: Bool, _ context: QueryContext
    ) throws {
        var index = LabelIndex(matching.projection(of: one.names))
        var oneRows: [[Int]] = []
        for row in 0..<one.count {
            try context.work(1)
            let group = index.place(one.labels[row])
            if group == oneRows.count { oneRows.append([row]) } else { oneRows[group].append(row) }
        }
        let projection = matching.projection(of: many.names)
        var groupOfMany: [Int?] = []
        groupOfMany.reserveCapacity(many.count)
        var manyRows = Array(repeating: [Int](), count: oneRows.count)
        for row in 0..<many.count {
            try context.work(1)
            let group = index.find(many.labels[row], seenThrough: projection)
            groupOfMany.append(group)
            if let group { manyRows[group].append(row) }
        }
        self.groupOfMany = groupOfMany
        self.oneRows = oneRows
        self.manyRows = manyRows
        let clash = MatchClash(many: many, one: one, matching: matching, oneIsLeft: oneIsLeft)
        try clash.checkOneSide(oneRows)
        if matching.cardinality == .oneToOne { try clash.checkManySide(manyRows, oneRows) }
    }

    func candidates(of row: Int) -> [Int] { groupOfMany[row].map { oneRows[$0] } ?? [] }
}
