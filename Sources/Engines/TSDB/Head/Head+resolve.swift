import Basics
import SignalModel
import Synchronization

extension Head {
    /// First step of an append: finds or creates the record of each entry, shard by shard, and pins it.
    func resolve(_ ticket: CommitTicket, bounds: TimeBounds) {
        let entryCount = ticket.batch.entries.count
        ticket.records = [UnsafeMutablePointer<SeriesRecord>?](repeating: nil, count: entryCount)
        ticket.refs = [UInt64](repeating: 0, count: entryCount)
        group(ticket)
        var created = 0
        ticket.batch.labelBytes.withUnsafeBytes { labels in
            var start = 0
            for (shard, end) in zip(shards, ticket.shardEnds) {
                if start < end { created += resolve(ticket, start..<end, in: shard, labels, bounds) }
                start = end
            }
        }
        if created > 0 { counters.withLock { $0.createdSeries += created } }
    }

    /// Sorts the entries by shard, keeping their order within one (counting sort).
    private func group(_ ticket: CommitTicket) {
        let entries = ticket.batch.entries
        var starts = [Int](repeating: 0, count: shards.count + 1)
        for entry in entries { starts[SeriesLocation.shard(ofHash: entry.hash) + 1] += 1 }
        for shard in 1...shards.count { starts[shard] += starts[shard - 1] }
        ticket.shardEnds = Array(starts.dropFirst())
        ticket.order = [UInt32](repeating: 0, count: entries.count)
        for (number, entry) in entries.enumerated() {
            let shard = SeriesLocation.shard(ofHash: entry.hash)
            ticket.order[starts[shard]] = UInt32(number)
            starts[shard] += 1
        }
    }

    /// Returns how many series were created.
    private func resolve(
        _ ticket: CommitTicket, _ range: Range<Int>, in shard: HeadShard, _ labels: UnsafeRawBufferPointer,
        _ bounds: TimeBounds
    ) -> Int {
        shard.lock.lock()
        defer { shard.lock.unlock() }
        var created = 0
        for place in range {
            let number = Int(ticket.order[place])
            let entry = ticket.batch.entries[number]
            let key = UnsafeRawBufferPointer(
                rebasing: labels[entry.labelsStart..<entry.labelsStart + entry.labelsCount])
            var record = shard.find(entry.hash, key)
            if record == nil, bounds.allowsAny(of: entry, in: ticket.batch.samples) {
                record = create(entry.hash, key, in: shard)
                if record != nil { created += 1 }
            }
            guard let record else { continue }
            record.pointee.pins += 1
            ticket.records[number] = record
            ticket.refs[number] = record.pointee.ref
        }
        return created
    }

    /// Nil beyond the limit on series. The shard's lock is held.
    private func create(
        _ hash: UInt64, _ labels: UnsafeRawBufferPointer, in shard: HeadShard
    ) -> UnsafeMutablePointer<SeriesRecord>? {
        guard shard.slab.usedCount < Int(SeriesLocation.slotMax), index.hasRoom else { return nil }
        guard seriesCount.add(1, ordering: .relaxed).newValue <= limits.seriesMax,
            let record = shard.create(hash, labels, ref: nextRef())
        else {
            seriesCount.subtract(1, ordering: .relaxed)
            return nil
        }
        return record
    }
}

/// The times one batch may carry.
struct TimeBounds {
    /// For samples newer than all of their series.
    var oldest: Int64
    /// For others; nil when there is no window for them.
    var oldestLate: Int64?
    var newest: Int64

    @inline(__always)
    func violation(_ milliseconds: Int64) -> AppendOutcome.Reason? {
        if milliseconds > newest { return .tooFarInFuture }
        if milliseconds < min(oldest, oldestLate ?? oldest) { return .outOfBounds }
        return nil
    }

    /// Whether a sample in bounds may be stored although it is not newer than all of its series.
    @inline(__always)
    func allowsLate(_ milliseconds: Int64) -> Bool { oldestLate.map { milliseconds >= $0 } ?? false }

    /// A series of which nothing can be stored is not worth a record.
    func allowsAny(of entry: SampleBatch.Entry, in samples: [Sample]) -> Bool {
        samples[entry.samplesStart..<entry.samplesStart + entry.samplesCount].contains {
            violation($0.timestamp.milliseconds) == nil
        }
    }
}
