import SignalModel

/// Which group each row of a table belongs to, by the labels a `by` or `without` clause leaves.
struct Grouping {
    private(set) var groupOfRow: [Int] = []
    private(set) var labels: [Labels] = []
    /// By group, whether a member's name goes at the end of the query.
    private(set) var dropsName: [Bool] = []
    let areDelayed: Bool

    init(_ table: SeriesTable, _ node: AggregationExpression, _ context: QueryContext) throws {
        let projection =
            node.isWithout
            ? LabelProjection(
                dropping: node.grouping + [Labels.metricName], ignoringMetadata: table.names.areDropped)
            : LabelProjection(keeping: node.grouping, ignoringMetadata: table.names.areDropped)
        var index = LabelIndex(projection)
        groupOfRow.reserveCapacity(table.count)
        for row in 0..<table.count {
            try context.work(1)
            groupOfRow.append(index.place(table.labels[row]))
        }
        labels = (0..<index.count).map { index.labels($0) }
        areDelayed = table.names.areDelayed
        guard areDelayed else { return }
        dropsName = Array(repeating: false, count: labels.count)
        for row in 0..<table.count where table.dropsName(row) { dropsName[groupOfRow[row]] = true }
    }

    /// The rows of each group, in order.
    var members: [[Int]] {
        var result = Array(repeating: [Int](), count: labels.count)
        for (row, group) in groupOfRow.enumerated() { result[group].append(row) }
        return result
    }

    /// What the names of grouped labels mean: gone, or told apart by `by (__name__)`.
    func names(_ node: AggregationExpression) -> SeriesTable.Names {
        SeriesTable.Names(
            areDropped: false, areShared: node.isWithout || !node.grouping.contains(Labels.metricName),
            areDelayed: areDelayed)
    }
}
