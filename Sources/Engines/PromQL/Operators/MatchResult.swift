import SignalModel

/// Collects the rows of a match. Pairs that give the same labels share a row where they do not meet.
struct MatchResult {
    private(set) var table: SeriesTable
    private let matching: VectorMatching
    private var index: LabelIndex
    private let labelling: ResultLabels
    /// The group that made each row.
    private var groups: [Int?] = []

    init(steps: Int, matching: VectorMatching, keepsName: Bool, many: SeriesTable.Names, one: SeriesTable.Names) {
        table = SeriesTable(
            steps: steps,
            names: SeriesTable.Names(
                areDropped: false, areShared: !keepsName || many.areShared, areDelayed: many.areDelayed))
        self.matching = matching
        index = LabelIndex(LabelProjection(dropping: [], ignoringMetadata: false))
        labelling = ResultLabels(matching, keepsName: keepsName, oneHasNames: !one.areDropped)
    }

    /// Adds what `write` computes for a pair of rows.
    mutating func append(
        _ many: Labels, _ one: Labels, group: Int?, dropsName: Bool = false,
        _ write: (UnsafeMutableBufferPointer<Double>) throws -> Void
    ) throws {
        let labels = labelling.labels(many, one)
        let place = index.place(labels)
        if place == table.count {
            groups.append(group)
            try table.appendRow(labels, dropsName: dropsName) { row in
                try write(row)
                return true
            }
            return
        }
        // Slow path: another pair gave the same labels.
        var single = SeriesTable(steps: table.steps)
        try single.appendRow(labels) { row in
            try write(row)
            return true
        }
        for step in 0..<table.steps where !SeriesTable.isAbsent(single[0, step]) {
            guard SeriesTable.isAbsent(table[place, step]) else {
                throw groups[place] == group && matching.cardinality != .oneToOne
                    ? QueryError(
                        .execution, "multiple matches for labels: grouping labels must ensure unique matches")
                    : SeriesTable.duplicateLabels
            }
            table[place, step] = single[0, step]
        }
    }
}
