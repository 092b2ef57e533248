extension LogSnapshot {
    /// The names of the indices that records of the query are in.
    package func indexNames(_ query: LogQuery) throws(LogQueryError) -> Set<String> {
        var names: Set<String> = []
        let plan = try QueryPlan(query)
        for source in sources where plan.overlaps(source) {
            let index = LogBlock.Reserved.index
            // Fast path: every row counts, so every value does.
            if plan.covers(source) {
                let counted = try source.block.valueCounts(index)
                let list = if let counted { counted.0 } else { try source.block.column(index).list }
                for place in 0..<list.count { names.insert(list[place].text) }
                continue
            }
            guard let view = try plan.view(of: source) else { continue }
            let column = try view.column(index)
            var isWanted = [Bool](repeating: false, count: column.list.count)
            for entry in 0..<column.entryCount where view.matching[column.row(of: entry)] {
                isWanted[column.place(of: entry)] = true
            }
            for place in isWanted.indices where isWanted[place] { names.insert(column.list[place].text) }
        }
        return names
    }
}
