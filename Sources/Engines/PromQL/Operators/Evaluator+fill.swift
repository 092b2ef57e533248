import SignalModel

extension Evaluator {
    /// `fill`, `fill_left` and `fill_right`: adds to a match the elements that have no partner, with a value in its
    /// place. A partner made up has the labels of the match alone.
    func fill(
        _ result: inout MatchResult, _ many: SeriesTable, _ one: SeriesTable, _ sides: MatchSides,
        _ matching: VectorMatching, oneIsLeft: Bool, _ operation: ElementwiseOperator
    ) throws {
        let fillOne = oneIsLeft ? matching.fillLeft : matching.fillRight
        let fillMany = oneIsLeft ? matching.fillRight : matching.fillLeft
        if let fillOne {
            let projection = matching.projection(of: many.names)
            for row in 0..<many.count {
                let partners = sides.candidates(of: row)
                let made = Self.made(fillOne, where: many, row) { step in
                    !partners.contains { !SeriesTable.isAbsent(one[$0, step]) }
                }
                guard let made else { continue }
                try context.hold(steps * 2)
                try many.withRow(row) { present in
                    try made.withUnsafeBufferPointer { made in
                        try result.append(
                            many.labels[row], projection.labels(many.labels[row]), group: sides.groupOfMany[row]
                        ) { target in
                            try operation.apply(oneIsLeft ? made : present, oneIsLeft ? present : made, target)
                        }
                    }
                }
            }
        }
        guard let fillMany else { return }
        let projection = matching.projection(of: one.names)
        for (group, rows) in sides.oneRows.enumerated() {
            for row in rows {
                let made = Self.made(fillMany, where: one, row) { step in
                    !sides.manyRows[group].contains { !SeriesTable.isAbsent(many[$0, step]) }
                }
                guard let made else { continue }
                try context.hold(steps * 2)
                try one.withRow(row) { present in
                    try made.withUnsafeBufferPointer { made in
                        try result.append(projection.labels(one.labels[row]), one.labels[row], group: group) {
                            target in
                            try operation.apply(oneIsLeft ? present : made, oneIsLeft ? made : present, target)
                        }
                    }
                }
            }
        }
    }

    /// A row of `value` at the steps where a row is present and `isAlone` there; nil when there is no such step.
    private static func made(
        _ value: Double, where table: SeriesTable, _ row: Int, _ isAlone: (Int) -> Bool
    ) -> [Double]? {
        var made: [Double]?
        for step in 0..<table.steps where !SeriesTable.isAbsent(table[row, step]) && isAlone(step) {
            made = made ?? Array(repeating: SeriesTable.absent, count: table.steps)
            made?[step] = value
        }
        return made
    }
}
