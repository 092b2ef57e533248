extension Evaluator {
    /// `quantile(q, v)`: of the members of each group, step by step.
    func quantile(_ node: AggregationExpression, _ table: SeriesTable) throws -> SeriesTable {
        let quantiles = try parameter(node)
        if let position = node.parameter?.position { checkQuantiles(quantiles, at: position) }
        let grouping = try Grouping(table, node, context)
        let members = grouping.members
        var column: [Double] = []
        return try self.table(grouping, node) { group in
            try context.hold(steps)
            var row = Array(repeating: SeriesTable.absent, count: steps)
            for step in row.indices {
                try context.work(members[group].count)
                column.removeAll(keepingCapacity: true)
                for member in members[group] where !SeriesTable.isAbsent(table[member, step]) {
                    column.append(table[member, step])
                }
                if !column.isEmpty { row[step] = Quantile.of(quantiles[step], &column) }
            }
            return row[...]
        }
    }
}
