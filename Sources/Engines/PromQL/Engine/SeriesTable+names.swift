import SignalModel

extension SeriesTable {
    static let duplicateLabels = QueryError(
        .execution, "vector cannot contain metrics with the same labelset")

    /// The labels of a row as they count now.
    func effectiveLabels(_ row: Int) -> Labels { names.areDropped ? labels[row].withoutName : labels[row] }

    /// Drops the metric names. Rows that then have the same labels become one; that is an error where both have a
    /// value at one step.
    mutating func dropNames() throws {
        if names.areDropped { return }
        names.areDropped = true
        if names.areShared { return }
        names.areShared = true
        try mergeDuplicates()
    }

    /// Makes rows with equal effective labels one row.
    mutating func mergeDuplicates() throws {
        var index = LabelIndex(LabelProjection(dropping: [], ignoringName: names.areDropped))
        var targets: [Int] = []
        var survivors: [Int] = []
        targets.reserveCapacity(count)
        for row in 0..<count {
            let place = index.place(labels[row])
            if place == survivors.count { survivors.append(row) }
            targets.append(survivors[place])
        }
        if survivors.count == count { return }
        for row in 0..<count where targets[row] != row {
            for step in 0..<steps where !Self.isAbsent(self[row, step]) {
                guard Self.isAbsent(self[targets[row], step]) else { throw Self.duplicateLabels }
                self[targets[row], step] = self[row, step]
            }
        }
        self = picking(survivors)
    }

    /// Takes dropped names out of the label sets, for code that looks at them as a whole.
    mutating func settleNames() {
        guard names.areDropped else { return }
        for row in 0..<count { setLabels(labels[row].withoutName, ofRow: row) }
        names.areDropped = false
    }
}
