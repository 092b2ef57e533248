import SignalModel

extension Evaluator {
    /// `topk` and `bottomk`: the k greatest or smallest of each group, chosen anew at each step. NaN comes last.
    /// In an instant query the answer is in that order.
    func extremes(_ node: AggregationExpression, _ table: SeriesTable, isTop: Bool) throws -> SeriesTable {
        let counts = try counts(node)
        return try choosing(node, table) { members, step, chosen in
            var ranking = Ranking(limit: counts[step], isTop: isTop, labels: table.labels)
            for row in members where !SeriesTable.isAbsent(table[row, step]) {
                ranking.offer(table[row, step], row)
            }
            chosen = ranking.rows
        }
    }

    /// `limitk`: any k of each group; here the first.
    func limitCount(_ node: AggregationExpression, _ table: SeriesTable) throws -> SeriesTable {
        let counts = try counts(node)
        return try choosing(node, table) { members, step, chosen in
            for row in members where !SeriesTable.isAbsent(table[row, step]) {
                if chosen.count == counts[step] { break }
                chosen.append(row)
            }
        }
    }

    /// The rows of `table` with only the chosen values. `choose` gets the rows of a group and a step and appends
    /// the rows it takes.
    func choosing(
        _ node: AggregationExpression, _ table: SeriesTable, _ choose: ([Int], Int, inout [Int]) throws -> Void
    ) throws -> SeriesTable {
        let members = try Grouping(table, node, context).members
        var result = SeriesTable(steps: steps, names: table.names)
        var chosen: [Int] = []
        var order: [Int] = []
        var places: [Int: Int] = [:]
        for rows in members {
            for step in 0..<steps {
                try context.work(rows.count)
                chosen.removeAll(keepingCapacity: true)
                try choose(rows, step, &chosen)
                if steps == 1 { order += chosen }
                for row in chosen where steps > 1 {
                    let place: Int
                    if let known = places[row] {
                        place = known
                    } else {
                        try context.hold(steps)
                        place = result.appendAbsent(table.labels[row], dropsName: table.dropsName(row))
                        places[row] = place
                    }
                    result[place, step] = table[row, step]
                }
            }
        }
        return steps == 1 ? table.picking(order) : result
    }
}
