internal import Basics
package import SignalModel
internal import Synchronization

/// What became of documents that were processed again.
package struct ReplacedRecords: Sendable, Hashable {
    /// Took the place of what the same document had become before.
    package var replaced = 0
    /// There was nothing of them.
    package var added = 0
    /// Became nothing, and what they had become before is gone.
    package var removed = 0
    /// Left alone: what they had become was replaced or deleted since, or another was there first.
    package var superseded = 0
}

extension LogStore {
    /// Puts the records of documents that were processed again in the place of what they became the first time.
    /// `documents`: their sequences, all of which `append` covered before and none of which is below
    /// `replaceableOrdinal`; those that have no record in the batch have become nothing. Done twice it is as done once;
    /// it is durable after the next `flush`, and until then may be undone by a crash, in parts.
    package func replace(_ documents: Set<UInt64>, with batch: LogBatch) throws(LogStoreError) -> ReplacedRecords {
        guard let first = documents.min(), let last = documents.max() else { return ReplacedRecords() }
        // Nothing moves between being found and being replaced.
        let (result, waiting) = try flushing.withLock { _ throws(LogStoreError) in
            try merging.withLock { _ throws(LogStoreError) in
                try committing.withLock { _ throws(LogStoreError) in
                    lookUpSuperseded()
                    let (parts, pending) = state.withLock { ($0.parts, $0.pending) }
                    var places = try Self.places(of: documents, first...last, in: parts)
                    Self.find(documents, first...last, in: pending, &places)
                    return state.withLock { state in
                        (state.replace(documents, at: places, with: batch), state.pending.bytesCount)
                    }
                }
            }
        }
        if disk != nil, waiting > settings.pendingBytesMax { try flush() }
        return result
    }

    private static func places(
        of documents: Set<UInt64>, _ range: ClosedRange<UInt64>, in parts: [StoreState.PartEntry]
    ) throws(LogStoreError) -> [UInt64: RecordPlace] {
        var places: [UInt64: RecordPlace] = [:]
        for entry in parts where entry.part.file.knownDamage == nil {
            for (block, info) in entry.part.infos.enumerated() where info.lastSequence >= range.lowerBound {
                let sequences: [UInt64]
                do throws(LogQueryError) { sequences = try entry.part.blocks[block].sequences() } catch {
                    throw .query(error)
                }
                for (row, sequence) in sequences.enumerated()
                where range.contains(sequence) && documents.contains(sequence) && !(entry.dead[block]?[row] ?? false)
                {
                    places[sequence] = .stored(part: entry.part.number, block: block, row: row)
                }
            }
        }
        return places
    }

    private static func find(
        _ documents: Set<UInt64>, _ range: ClosedRange<UInt64>, in pending: PendingRecords,
        _ places: inout [UInt64: RecordPlace]
    ) {
        for (number, entry) in pending.entries.enumerated() {
            for (row, record) in entry.batch.order.enumerated() {
                let sequence = entry.batch.batch.records[Int(record)].sequence
                guard range.contains(sequence), !(entry.dead?[row] ?? false), documents.contains(sequence) else {
                    continue
                }
                places[sequence] = .pending(batch: pending.firstNumber + number, row: row)
            }
        }
    }
}

extension StoreState {
    /// `places`: where what the documents became before is, as far as there is any.
    fileprivate mutating func replace(
        _ documents: Set<UInt64>, at places: [UInt64: RecordPlace], with batch: LogBatch
    ) -> ReplacedRecords {
        lookUpSuperseded()
        var result = ReplacedRecords()
        var left = documents
        if !batch.isEmpty {
            let entry = PendingBatch(batch)
            let number = pending.append(entry)
            let rows = entry.rows
            for (place, record) in batch.records.enumerated() {
                left.remove(record.sequence)
                settle(
                    record, batch, place, at: .pending(batch: number, row: rows[place]),
                    before: places[record.sequence], &result)
            }
        }
        for sequence in left {
            guard let old = places[sequence], !isDead(old) else { continue }
            forget(old)
            result.removed += 1
        }
        return result
    }

    /// As `settle` of a first time, but by the order of the documents instead of that in which they are met.
    private mutating func settle(
        _ record: LogBatch.Record, _ batch: LogBatch, _ number: Int, at here: RecordPlace, before old: RecordPlace?,
        _ result: inout ReplacedRecords
    ) {
        guard superseded?.contains(record.sequence) != true else {
            kill(here)
            if record.conflict != .deletes { result.superseded += 1 }
            return
        }
        let old = old.flatMap { isDead($0) ? nil : $0 }
        if !record.identity.isEmpty {
            let key = IdentityKey(record, of: batch)
            if let other = place(of: key), other != old, let sequence = sequence(of: other),
                sequence != record.sequence
            {
                let isOthers = batch.owners[number].map { !isOwned(other, by: $0) } ?? false
                if sequence > record.sequence || record.conflict == .keepsFirst || isOthers {
                    supersede(here)
                    if let old { forget(old) }
                    if record.conflict != .deletes { result.superseded += 1 }
                    return
                }
                supersede(other)
            }
            if record.conflict != .deletes {
                if let old { forget(old) }
                pending.identities[key] = here
                if old == nil { result.added += 1 } else { result.replaced += 1 }
                return
            }
        }
        if record.conflict == .deletes { return kill(here) }
        if let old { forget(old) }
        if old == nil { result.added += 1 } else { result.replaced += 1 }
    }

    /// Kills what a document has become, which may become something again.
    private mutating func forget(_ place: RecordPlace) {
        kill(place)
        guard case .pending(let number, let row) = place else { return }
        let batch = pending.entries[number - pending.firstNumber].batch
        if let key = batch.key(row), pending.identities[key] == place { pending.identities[key] = nil }
    }

    private func isDead(_ place: RecordPlace) -> Bool {
        switch place {
        case .pending(let batch, let row): pending.entries[batch - pending.firstNumber].dead?[row] ?? false
        case .stored(let number, let block, let row):
            parts.first { $0.part.number == number }.map { $0.dead[block]?[row] ?? false } ?? true
        }
    }

    /// Nil where it cannot be read.
    private func sequence(of place: RecordPlace) -> UInt64? {
        switch place {
        case .pending(let batch, let row): pending.entries[batch - pending.firstNumber].batch.sequence(row)
        case .stored(let number, let block, let row):
            parts.first { $0.part.number == number }.flatMap { try? $0.part.blocks[block].sequences()[row] }
        }
    }
}
