internal import Basics
internal import Synchronization

extension LogStore {
    /// Deletes the records a query is about: they are not found any more when this returns, durably, and leave the
    /// disk when their parts are merged. What is appended meanwhile may stay. Returns how many there were.
    package func delete(_ query: LogQuery) throws(LogStoreError) -> Int {
        guard let disk else { return try deletePending(query) }
        try flush()
        return try merging.withLock { _ throws(LogStoreError) in
            let plan = try planned(query)
            var found: [(number: UInt64, block: Int, rows: RowBitmap)] = []
            for entry in state.withLock({ $0.parts }) {
                for (number, block) in entry.part.blocks.enumerated() {
                    let source = LogSnapshot.Source(content: .block(block), dead: entry.dead[number])
                    if let rows = try rows(of: source, plan) { found.append((entry.part.number, number, rows)) }
                }
            }
            guard !found.isEmpty else { return 0 }
            state.withLock { state in
                guard state.superseded != nil else { return }
                for (number, block, rows) in found {
                    for row in rows.rows {
                        state.superseded?.insert(.stored(part: number, block: block, row: row))
                    }
                }
            }
            try commit(disk) { state in
                for (number, block, rows) in found {
                    guard let entry = state.parts.firstIndex(where: { $0.part.number == number }) else { continue }
                    var dead = state.parts[entry].dead[block] ?? RowBitmap(rowCount: rows.rowCount)
                    dead.formUnion(rows)
                    state.parts[entry].dead[block] = dead
                }
            }
            return found.reduce(0) { $0 + $1.rows.count }
        }
    }

    private func deletePending(_ query: LogQuery) throws(LogStoreError) -> Int {
        let plan = try planned(query)
        let (entries, first) = state.withLock { ($0.pending.entries, $0.pending.firstNumber) }
        var count = 0
        for (number, entry) in entries.enumerated() {
            let source = LogSnapshot.Source(content: .pending(entry.batch), dead: entry.dead)
            guard let rows = try rows(of: source, plan) else { continue }
            count += rows.count
            state.withLock { state in
                for row in rows.rows { state.kill(.pending(batch: first + number, row: row)) }
            }
        }
        return count
    }

    private func planned(_ query: LogQuery) throws(LogStoreError) -> QueryPlan {
        do throws(LogQueryError) { return try QueryPlan(query) } catch { throw .query(error) }
    }

    private func rows(of source: LogSnapshot.Source, _ plan: QueryPlan) throws(LogStoreError) -> RowBitmap? {
        do throws(LogQueryError) { return try plan.view(of: source)?.matching } catch { throw .query(error) }
    }
}
