import Basics
import Synchronization

extension Head {
    /// Drops chunks whose samples are all older, and series that have none left. The place where finished blocks
    /// take samples over: what they hold is truncated here.
    func truncate(before time: Int64) {
        if time > validFrom.load(ordering: .relaxed) { validFrom.store(time, ordering: .releasing) }
        var removedIDs: [UInt32] = []
        var removedSeries = 0
        for shard in shards {
            var slot: UInt32 = 0
            var isDone = false
            while !isDone {
                // Appends get their turn after each thousand series.
                shard.lock.lock()
                let end = min(shard.slab.slotCount, slot + 1024)
                while slot < end {
                    if let record = shard.slab.record(at: slot) {
                        truncate(record, in: shard, before: time)
                        if record.pointee.pins == 0, !record.pointee.hasSamples {
                            if record.pointee.id != SeriesRecord.noID { removedIDs.append(record.pointee.id) }
                            shard.remove(slot)
                            removedSeries += 1
                        }
                    }
                    slot += 1
                }
                isDone = slot >= shard.slab.slotCount
                shard.lock.unlock()
            }
        }
        index.remove(removedIDs)
        seriesCount.subtract(removedSeries, ordering: .relaxed)
        counters.withLock { $0.removedSeries += removedSeries }
        if time > minTime.load(ordering: .relaxed) {
            minTime.store(seriesCount.load(ordering: .relaxed) == 0 ? .max : time, ordering: .releasing)
        }
    }

    private func truncate(_ record: UnsafeMutablePointer<SeriesRecord>, in shard: HeadShard, before time: Int64) {
        let expired = record.pointee.finished.prefix { $0.maxTime < time }.count
        if expired > 0 {
            record.pointee.finished.removeSubrange(..<expired)
            shard.finishedChunkCount -= expired
        }
        if !record.pointee.open.isEmpty, record.pointee.open.lastTime < time, record.pointee.pins == 0 {
            // Only the samples go: the order check still needs the newest one's time.
            record.pointee.open.release()
        }
        if let open = record.pointee.openHistograms, open.lastTime < time, record.pointee.pins == 0 {
            record.pointee.openHistograms = nil
        }
    }

    /// Times of late samples before `time`, by log ref.
    func lateTimes(before time: Int64) -> [UInt64: [Int64]] {
        guard lateCount.load(ordering: .acquiring) > 0 else { return [:] }
        var result: [UInt64: [Int64]] = [:]
        for shard in shards {
            shard.lock.lock()
            for slot in 0..<shard.slab.slotCount {
                guard let record = shard.slab.record(at: slot), let late = record.pointee.late else { continue }
                let times = late.times[late.places(.min, time - 1)]
                if !times.isEmpty { result[record.pointee.ref] = Array(times) }
            }
            shard.lock.unlock()
        }
        return result
    }

    /// Block ranges before `time` of which late samples wait.
    func lateRanges(before time: Int64) -> [Range<Int64>] {
        let indices = Set(lateTimes(before: time).values.joined().map(BlockRange.index)).sorted()
        return indices.map { $0 * BlockRange.milliseconds..<($0 + 1) * BlockRange.milliseconds }
    }

    /// The log refs of every series there is.
    func refs() -> Set<UInt64> {
        var refs: Set<UInt64> = []
        for shard in shards {
            shard.lock.lock()
            for slot in 0..<shard.slab.slotCount {
                if let record = shard.slab.record(at: slot) { refs.insert(record.pointee.ref) }
            }
            shard.lock.unlock()
        }
        return refs
    }
}
