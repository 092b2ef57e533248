import SignalModel

/// Which steps have an element of each match group, on one side of a set operator.
struct MatchGroups {
    private var index: LabelIndex
    /// A row of flags for each group.
    private var flags: [Bool] = []
    private let steps: Int

    init(_ table: SeriesTable, _ matching: VectorMatching, _ context: QueryContext) throws {
        steps = table.steps
        index = LabelIndex(matching.projection(of: table.names))
        for row in 0..<table.count {
            try context.work(steps)
            let group = index.place(table.labels[row])
            if group * steps == flags.count { flags.append(contentsOf: repeatElement(false, count: steps)) }
            for (step, value) in table.row(row).enumerated() where !SeriesTable.isAbsent(value) {
                flags[group * steps + step] = true
            }
        }
    }

    /// The group of `labels` as `projection` sees them; nil when it never occurs.
    mutating func group(of labels: Labels, _ projection: LabelProjection) -> Int? {
        index.find(labels, seenThrough: projection)
    }

    @inline(__always)
    func isPresent(_ group: Int?, _ step: Int) -> Bool {
        guard let group else { return false }
        return flags[group * steps + step]
    }
}

extension VectorMatching {
    /// The labels two elements must share to match. Metric names count only in `on`.
    func projection(of names: SeriesTable.Names) -> LabelProjection {
        isOn
            ? LabelProjection(keeping: labels, ignoringMetadata: names.areDropped)
            : LabelProjection(dropping: labels, ignoringMetadata: true)
    }
}
