import Basics
import SignalModel
import Synchronization

/// One series of the head and the times to be deleted of it.
struct HeadDeletion: Sendable {
    var ref: UInt64
    var location: UInt32
    /// Inclusive.
    var range: ClosedRange<Int64>
}

extension Head {
    /// What is to be deleted of the series that match and have samples in the range.
    func deletions(_ matchers: [Matcher], _ range: ClosedRange<Int64>) -> [HeadDeletion] {
        var result: [HeadDeletion] = []
        visit(locations(matchers), range) { record in
            // Only what is there: whoever reads the log must not take it for a deletion of what comes later.
            let upper = min(range.upperBound, max(record.pointee.maxTime, record.pointee.late?.times.last ?? .min))
            guard range.lowerBound <= upper else { return }
            result.append(
                HeadDeletion(
                    ref: record.pointee.ref, location: record.pointee.location, range: range.lowerBound...upper))
        }
        return result
    }

    /// By the log's thread, when the deletions are durable; or by replay.
    func apply(_ deletions: [HeadDeletion]) {
        var late = 0
        for deletion in deletions {
            let shard = shards[SeriesLocation.shard(deletion.location)]
            shard.lock.lock()
            if let record = shard.slab.record(at: SeriesLocation.slot(deletion.location)),
                record.pointee.ref == deletion.ref
            {
                let removed = record.pointee.delete(deletion.range)
                shard.finishedChunkCount += removed.finishedChunks
                late += removed.lateSamples
            }
            shard.lock.unlock()
        }
        if late > 0 { lateCount.subtract(late, ordering: .acquiringAndReleasing) }
    }
}
