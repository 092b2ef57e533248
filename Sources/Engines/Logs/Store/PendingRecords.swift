internal import SignalModel

/// The records that are in no part yet.
struct PendingRecords: Sendable {
    struct Entry: Sendable {
        var batch: PendingBatch
        var dead: RowBitmap?
    }

    private(set) var entries: [Entry] = []
    /// Batches before these have gone to parts.
    private(set) var firstNumber = 0
    private(set) var bytesCount = 0
    private(set) var recordCount = 0
    /// The last document of the queue that was appended.
    private(set) var ordinal: UInt64 = 0
    private var identities: [IdentityKey: RecordPlace] = [:]

    var sources: [LogSnapshot.Source] {
        entries.map { LogSnapshot.Source(content: .pending($0.batch), dead: $0.dead) }
    }

    mutating func append(_ batch: LogBatch, through ordinal: UInt64) {
        self.ordinal = max(self.ordinal, ordinal)
        guard !batch.isEmpty else { return }
        let pending = PendingBatch(batch)
        entries.append(Entry(batch: pending))
        bytesCount += batch.bytesCount
        recordCount += batch.records.count
        if batch.records.contains(where: { !$0.identity.isEmpty }) { settle(pending) }
    }

    /// Decides of each record with an identity whether it stays, and what goes for it.
    private mutating func settle(_ pending: PendingBatch) {
        let number = firstNumber + entries.count - 1
        var rows = [Int](repeating: 0, count: pending.order.count)
        for (row, record) in pending.order.enumerated() { rows[Int(record)] = row }
        let batch = pending.batch
        for (place, record) in batch.records.enumerated() where !record.identity.isEmpty {
            let bytes = batch.bytes[Int(record.identity.lowerBound)..<Int(record.identity.upperBound)]
            let key = IdentityKey(index: batch.names[Int(record.index)], identity: Array(bytes))
            let here = RecordPlace.pending(batch: number, row: rows[place])
            switch (record.conflict, identities[key]) {
            case (.keepsFirst, nil), (.replaces, nil): identities[key] = here
            case (.keepsFirst, _?), (.deletes, nil): kill(here)
            case (.replaces, let old?):
                kill(old)
                identities[key] = here
            case (.deletes, let old?):
                kill(old)
                kill(here)
                identities[key] = nil
            }
        }
    }

    private mutating func kill(_ place: RecordPlace) {
        switch place {
        case .pending(let batch, let row):
            let entry = batch - firstNumber
            var dead = entries[entry].dead ?? RowBitmap(rowCount: entries[entry].batch.order.count)
            dead.insert(row)
            entries[entry].dead = dead
        }
    }
}
