import SignalModel

/// Finds the steps at which a match would be ambiguous. Prometheus looks at each step by itself, so rows of one
/// group that are never present together are no clash.
struct MatchClash {
    let many: SeriesTable
    let one: SeriesTable
    let matching: VectorMatching
    let oneIsLeft: Bool

    /// Two elements of one group on the "one" side, at a step where the other side has any element at all.
    func checkOneSide(_ groups: [[Int]]) throws {
        for rows in groups where rows.count > 1 {
            for step in 0..<one.steps {
                let present = rows.filter { !SeriesTable.isAbsent(one[$0, step]) }
                if present.count > 1, hasElements(step) { throw duplicates(present[0], present[1]) }
            }
        }
    }

    private func hasElements(_ step: Int) -> Bool {
        (0..<many.count).contains { !SeriesTable.isAbsent(many[$0, step]) }
    }

    private func duplicates(_ first: Int, _ second: Int) -> QueryError {
        let group = matching.projection(of: one.names).labels(one.labels[first])
        let both = [one.effectiveLabels(first), one.effectiveLabels(second)].sorted()
        return QueryError(
            .execution,
            "found duplicate series for the match group \(group.braced) on the \(oneIsLeft ? "left" : "right") "
                + "hand-side of the operation: [\(both[0].braced), \(both[1].braced)]"
                + ";many-to-many matching not allowed: matching labels must be unique on one side")
    }

    /// Two elements of one group on the left of a one-to-one match, at a step where the right has one too.
    func checkManySide(_ groups: [[Int]], _ oneGroups: [[Int]]) throws {
        for (group, rows) in groups.enumerated() where rows.count > 1 {
            for step in 0..<many.steps {
                let count = rows.count { !SeriesTable.isAbsent(many[$0, step]) }
                let isMatched = oneGroups[group].contains { !SeriesTable.isAbsent(one[$0, step]) }
                if count > 1, isMatched {
                    throw QueryError(
                        .execution,
                        "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)")
                }
            }
        }
    }
}

extension Labels {
    /// `{__name__="a", b="c"}`, as Go's `Labels.String` writes it.
    var braced: String {
        let inner = pairs.map { name, value in
            "\(LabelName.isLegacy(name) ? name : quotedText(name))=\(quotedText(value))"
        }
        return "{" + inner.joined(separator: ", ") + "}"
    }
}
