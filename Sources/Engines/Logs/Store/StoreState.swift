internal import Basics
internal import SignalModel

/// What a store has: parts and the records that are in none yet.
struct StoreState: Sendable {
    struct PartEntry: Sendable {
        var part: LogPart
        /// Of each block the rows that are deleted or replaced, if there are any.
        var dead: [Int: RowBitmap] = [:]

        var deadCount: Int { dead.values.reduce(0) { $0 + $1.count } }
    }

    var pending = PendingRecords()
    var parts: [PartEntry] = []
    var setAside: [LogStoreStatistics.SetAside] = []
    /// Entries of the manifest for parts that are set aside: they stay there.
    var manifestOfSetAside: [Manifest.Part] = []
    var durableOrdinal: UInt64 = 0
    var nextNumber: UInt64 = 1
    var mergeCount = 0
    /// Records left out because what they would have replaced or deleted was not their sender's.
    var refusedCount = 0
    /// Nil when nobody asks.
    var superseded: SupersededSequences?

    var sources: [LogSnapshot.Source] {
        var sources: [LogSnapshot.Source] = []
        for entry in parts {
            for (number, block) in entry.part.blocks.enumerated() {
                sources.append(LogSnapshot.Source(content: .block(block), dead: entry.dead[number]))
            }
        }
        return sources + pending.sources
    }

    mutating func append(_ batch: LogBatch, through ordinal: UInt64) {
        // Read again after a restart, though it is in parts already.
        guard ordinal > durableOrdinal else { return }
        pending.ordinal = max(pending.ordinal, ordinal)
        guard !batch.isEmpty else { return }
        let entry = PendingBatch(batch)
        let number = pending.append(entry)
        if batch.records.contains(where: { !$0.identity.isEmpty }) { settle(entry, number) }
    }

    /// Decides of each record with an identity whether it stays, and what goes for it.
    private mutating func settle(_ entry: PendingBatch, _ number: Int) {
        let rows = entry.rows
        let batch = entry.batch
        for (place, record) in batch.records.enumerated() where !record.identity.isEmpty {
            let key = IdentityKey(record, of: batch)
            let here = RecordPlace.pending(batch: number, row: rows[place])
            let old = self.place(of: key)
            if let old, record.conflict != .keepsFirst, let owner = batch.owners[place], !isOwned(old, by: owner) {
                refusedCount += 1
                supersede(here)
                continue
            }
            switch record.conflict {
            case .keepsFirst:
                if old == nil { pending.identities[key] = here } else { supersede(here) }
            case .replaces:
                if let old { supersede(old) }
                pending.identities[key] = here
            case .deletes:
                if let old { supersede(old) }
                kill(here)
                pending.identities[key] = nil
            }
        }
    }

    func place(of key: IdentityKey) -> RecordPlace? {
        if let place = pending.identities[key] { return place }
        let hash = parts.contains(where: \.part.hasIdentities) ? key.hash : 0
        for entry in parts where entry.part.hasIdentities {
            for (block, row) in entry.part.places(of: hash) where !(entry.dead[block]?[row] ?? false) {
                if entry.part.blocks[block].isRecord(row, key) {
                    return .stored(part: entry.part.number, block: block, row: row)
                }
            }
        }
        return nil
    }

    mutating func kill(_ place: RecordPlace) {
        switch place {
        case .pending(let batch, let row): pending.kill(batch: batch, row: row)
        case .stored(let number, let block, let row):
            guard let entry = parts.firstIndex(where: { $0.part.number == number }) else { return }
            var dead = parts[entry].dead[block] ?? RowBitmap(rowCount: parts[entry].part.blocks[block].rowCount)
            dead.insert(row)
            parts[entry].dead[block] = dead
        }
    }

    func source(of place: RecordPlace) -> (LogSnapshot.Source, row: Int)? {
        switch place {
        case .pending(let batch, let row):
            return (LogSnapshot.Source(content: .pending(pending.entries[batch - pending.firstNumber].batch)), row)
        case .stored(let number, let block, let row):
            guard let entry = parts.first(where: { $0.part.number == number }) else { return nil }
            return (LogSnapshot.Source(content: .block(entry.part.blocks[block])), row)
        }
    }

    var manifest: Manifest {
        let parts = parts.map {
            Manifest.Part(name: $0.part.name, number: $0.part.number, day: $0.part.day, dead: $0.dead)
        }
        return Manifest(
            ordinal: durableOrdinal, nextNumber: nextNumber,
            parts: (parts + manifestOfSetAside).sorted { $0.number < $1.number })
    }
}

extension LogBlock {
    /// Whether the record in a row is the one of a key. One that cannot be read is none.
    func isRecord(_ row: Int, _ key: IdentityKey) -> Bool {
        guard let identities = try? column(Reserved.identity), let indices = try? column(Reserved.index),
            let entry = identities.entries(of: row).first
        else { return false }
        return identities[entry].text == key.identity && indices[row].text == key.index
    }
}
