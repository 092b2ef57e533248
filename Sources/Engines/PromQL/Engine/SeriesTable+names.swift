import Basics
import SignalModel

extension SeriesTable {
    static let duplicateLabels = QueryError(
        .execution, "vector cannot contain metrics with the same labelset")

    /// The labels of a row as they count now.
    func effectiveLabels(_ row: Int) -> Labels {
        names.areDropped ? labels[row].withoutMetadata : labels[row]
    }

    /// Drops the metric names. Rows that then have the same labels become one; that is an error where both have a
    /// value at one step.
    mutating func dropNames() throws {
        if names.areDropped { return }
        if names.areDelayed { return setDropsNameOfAllRows() }
        names.areDropped = true
        if names.areShared { return }
        names.areShared = true
        try mergeDuplicates()
    }

    /// Makes rows with equal effective labels one row.
    mutating func mergeDuplicates() throws {
        var index = LabelIndex(LabelProjection(dropping: [], ignoringMetadata: names.areDropped))
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
            if dropsName(row) { setDropsName(true, ofRow: targets[row]) }
        }
        self = picking(survivors)
    }

    /// At the end of a query: drops the names that were to go.
    mutating func dropDelayedNames() throws {
        guard (0..<count).contains(where: dropsName) else { return }
        for row in 0..<count where dropsName(row) { setLabels(labels[row].withoutMetadata, ofRow: row) }
        clearNameDrops()
        try mergeDuplicates()
    }

    /// Takes dropped names out of the label sets, for code that looks at them as a whole.
    mutating func settleNames() {
        guard names.areDropped else { return }
        for row in 0..<count { setLabels(labels[row].withoutMetadata, ofRow: row) }
        names.areDropped = false
    }
}

extension Labels {
    /// Without metric name, type and unit.
    var withoutMetadata: Labels { LabelProjection.withoutMetadata.labels(self) }

    /// Whether type or unit of the metric are among the labels. They sort before nearly all others.
    var haveTypeOrUnit: Bool {
        packed.withUnsafeBytes { bytes in
            var cursor = 0
            while let label = PackedLabels.next(bytes, at: &cursor) {
                let name = bytes[label.name]
                // `__u…` is the last that could be one.
                guard name.count < 3 || (name.starts(with: "__".utf8) && name[name.startIndex + 2] <= 0x75) else {
                    return false
                }
                if name.elementsEqual("__type__".utf8) || name.elementsEqual("__unit__".utf8) { return true }
            }
            return false
        }
    }
}
