package import Basics
package import SignalModel
import Synchronization

extension TimeSeriesDatabase {
    /// Series whose deletion is one record of the log: appends get their turn between two.
    private static let seriesPerRecord = 1000

    /// Deletes the samples in the inclusive range of the series that match all of `matchers`; all samples
    /// acknowledged before are among them. In blocks they are hidden, and gone with the next merge or
    /// `cleanTombstones`. Blocks; durable when it returns.
    ///
    /// Throws `SampleStoreError`; a part may be deleted then.
    package func delete(_ matchers: [Matcher], from: Timestamp, through: Timestamp) throws {
        guard from <= through else { return }
        let range = from.milliseconds...through.milliseconds
        // Nothing moves from head to block meanwhile.
        try maintenance.withLock { _ in
            log.settle()
            for block in blocks.blocks where block.overlaps(range) { try delete(matchers, range, in: block) }
            // Also copies of those: they are read when the block on the disk is gone.
            for block in archive?.blocks ?? [] where block.meta.range.overlaps(range) {
                try delete(matchers, range, in: block.open())
            }
            var rest = head.deletions(matchers, range)[...]
            while !rest.isEmpty {
                try commit(Array(rest.prefix(Self.seriesPerRecord)))
                rest = rest.dropFirst(Self.seriesPerRecord)
            }
            // Series with nothing left go.
            head.truncate(before: head.validFrom.load(ordering: .acquiring))
        }
    }

    private func commit(_ deletions: [HeadDeletion]) throws {
        let ticket = CommitTicket(batch: SampleBatch())
        ticket.deletions = deletions
        let record = LogRecord.tombstones(deletions.map { LogRecord.Tombstone(ref: $0.ref, range: $0.range) })
        ticket.encoded = [LogRecord.compressed(record)]
        try log.commitAndWait(ticket)
    }

    private func delete(_ matchers: [Matcher], _ range: ClosedRange<Int64>, in block: Block) throws {
        let clamped = range.clamped(to: block.meta.minTime...block.meta.maxTime - 1)
        var tombstones = block.tombstones
        let before = tombstones
        for reference in try block.index.series(matching: matchers)
        where try !block.index.chunks(of: reference, clamped.lowerBound, clamped.upperBound).isEmpty {
            tombstones.add(clamped, to: reference)
        }
        guard tombstones != before else { return }
        try block.delete(tombstones)
    }

    /// Writes the blocks that hold deleted samples anew, without them. Blocks for as long as it takes.
    package func cleanTombstones() throws {
        try maintenance.withLock { _ in
            do {
                for block in blocks.blocks where !block.tombstones.isEmpty {
                    try rewrite([block], raisesLevel: false)
                }
            } catch let error as FileSystemError {
                throw SampleStoreError(.unavailable, "blocks: \(error)")
            }
        }
    }
}
