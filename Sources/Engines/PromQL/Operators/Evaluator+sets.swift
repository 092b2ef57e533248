import SignalModel

extension Evaluator {
    /// `and`, `unless`, `or`: by presence of an element with the same match labels on the other side, step by step.
    func combineSets(
        _ operation: BinaryOperator, _ matching: VectorMatching, _ left: SeriesTable, _ right: SeriesTable
    ) throws -> SeriesTable {
        operation == .or
            ? try union(matching, left, right)
            : try intersection(matching, left, right, keepsPresent: operation == .and)
    }

    private func intersection(
        _ matching: VectorMatching, _ left: SeriesTable, _ right: SeriesTable, keepsPresent: Bool
    ) throws -> SeriesTable {
        var others = try MatchGroups(right, matching, context)
        let projection = matching.projection(of: left.names)
        var result = SeriesTable(steps: steps, names: left.names)
        try left.forEachRow { row, values in
            let group = others.group(of: left.labels[row], projection)
            guard group != nil || !keepsPresent else { return }
            try context.hold(steps)
            let isKept = result.appendRow(left.labels[row], dropsName: left.dropsName(row)) { target in
                var isKept = false
                for step in target.indices where !SeriesTable.isAbsent(values[step]) {
                    guard others.isPresent(group, step) == keepsPresent else { continue }
                    target[step] = values[step]
                    isKept = true
                }
                return isKept
            }
            if !isKept { context.release(steps) }
        }
        return result
    }

    private func union(
        _ matching: VectorMatching, _ left: SeriesTable, _ right: SeriesTable
    ) throws -> SeriesTable {
        var others = try MatchGroups(left, matching, context)
        var result = left
        var right = right
        if left.names.areDropped != right.names.areDropped {
            result.settleNames()
            right.settleNames()
        }
        result.names.areShared = false
        let projection = matching.projection(of: right.names)
        var added = 0
        try right.forEachRow { row, values in
            let group = others.group(of: right.labels[row], projection)
            try context.hold(steps)
            let isKept = result.appendRow(right.labels[row], dropsName: right.dropsName(row)) { target in
                var isKept = false
                for step in target.indices where !SeriesTable.isAbsent(values[step]) {
                    if others.isPresent(group, step) { continue }
                    target[step] = values[step]
                    isKept = true
                }
                return isKept
            }
            if isKept { added += 1 } else { context.release(steps) }
        }
        // A series that is left at some steps and right at others is one series.
        if added > 0, left.count > 0 { try result.mergeDuplicates() }
        return result
    }
}
