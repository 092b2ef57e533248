internal import Synchronization

extension LogStore {
    /// Blocks that may have records of the groups that values of the field of groups make; what else is in them a
    /// query still has to leave out. All records where the store has no groups.
    package func snapshot(ofGroups values: [String]) -> LogSnapshot {
        guard settings.grouping != nil else { return snapshot() }
        let hashes = values.map { RowGrouping.hash($0) }
        let (parts, pending) = state.withLock { ($0.parts, $0.pending.entries) }
        var sources: [LogSnapshot.Source] = []
        for entry in parts {
            guard entry.part.isGrouped else {
                for (number, block) in entry.part.blocks.enumerated() {
                    sources.append(LogSnapshot.Source(content: .block(block), dead: entry.dead[number]))
                }
                continue
            }
            let runs = hashes.flatMap { entry.part.runs(ofGroup: $0) }
            for block in Set(runs.map(\.block)).sorted() {
                sources.append(
                    LogSnapshot.Source(content: .block(entry.part.blocks[block]), dead: entry.dead[block]))
            }
        }
        for entry in pending where hashes.contains(where: { entry.batch.mayHold($0, settings) }) {
            sources.append(LogSnapshot.Source(content: .pending(entry.batch), dead: entry.dead))
        }
        return LogSnapshot(sources: sources)
    }
}

extension PendingBatch {
    /// Whether it has records of a group.
    func mayHold(_ hash: UInt64, _ settings: LogStoreSettings) -> Bool {
        guard let grouping = settings.grouping else { return true }
        let sorted = groups.withLock { groups in
            if let groups { return groups }
            let made = Set(batch.groups(by: grouping)).sorted()
            groups = made
            return made
        }
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == hash
    }
}
