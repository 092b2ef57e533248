import Basics
import SignalModel
import Synchronization

extension Head {
    /// Second step of an append: checks every sample against the newest one admitted to its series, and gives
    /// the batch its place in the log's queue, both under the locks of all shards touched. So the order of the
    /// log is the order of the checks, for batches still waiting too, and replay comes to the same samples.
    ///
    /// Returns false when there is nothing to wait for; the pins are then gone.
    func admit(_ ticket: CommitTicket, policy: AppendPolicy, bounds: TimeBounds, queue: LogWriter) throws -> Bool {
        var start = 0
        let touched = shards.indices.filter { shard in
            defer { start = ticket.shardEnds[shard] }
            return start < ticket.shardEnds[shard]
        }
        for shard in touched { shards[shard].lock.lock() }
        defer { for shard in touched.reversed() { shards[shard].lock.unlock() } }
        var undo: [Admission] = []
        // A block may have been cut since the bounds were made.
        var bounds = bounds
        bounds.oldest = max(bounds.oldest, validFrom.load(ordering: .acquiring))
        check(ticket, bounds: bounds, keepsUndo: policy == .wholeOrNothing, undo: &undo)
        if policy == .wholeOrNothing, ticket.refusedSamples > 0 {
            revert(ticket, undo)
            ticket.admittedSamples = 0
            ticket.duplicateSamples = 0
        }
        // Nothing of a batch that is refused whole is kept.
        if policy != .wholeOrNothing || ticket.refusedSamples == 0 { admitExemplars(of: ticket) }
        guard ticket.admittedSamples + ticket.duplicateSamples + ticket.exemplars.count > 0 else {
            unpin(ticket)
            return false
        }
        // A batch of duplicates waits too: what it repeats may still be on its way to the disk.
        guard queue.reserve(ticket) else {
            withdraw(ticket)
            throw SampleStoreError(.unavailable, "the store is shutting down")
        }
        return true
    }

    /// What a record had admitted before.
    struct Admission {
        var record: UnsafeMutablePointer<SeriesRecord>
        var time: Int64
        var bits: UInt64
    }

    private func check(_ ticket: CommitTicket, bounds: TimeBounds, keepsUndo: Bool, undo: inout [Admission]) {
        let batch = ticket.batch
        let hasHistograms = !batch.histograms.isEmpty
        for number in batch.entries.indices {
            let entry = batch.entries[number]
            let record = ticket.records[number]
            for place in entry.samplesStart..<entry.samplesStart + entry.samplesCount {
                let time = batch.samples[place].timestamp.milliseconds
                var bits = batch.samples[place].value.bitPattern
                if hasHistograms { bits = batch.fingerprint(place) }
                if let reason = bounds.violation(time) {
                    ticket.refuse(entry: number, sample: place, reason: reason)
                    continue
                }
                guard let record else {
                    ticket.refuse(entry: number, sample: place, reason: .seriesLimit)
                    continue
                }
                let admitted = record.pointee.admittedTime
                if time > admitted, time >= bounds.oldest {
                    // Fast path: newer than all before it.
                    if keepsUndo {
                        undo.append(Admission(record: record, time: admitted, bits: record.pointee.admittedBits))
                    }
                    if !record.pointee.isLogged { claim(record, for: ticket) }
                    record.pointee.admittedTime = time
                    record.pointee.admittedBits = bits
                    ticket.admittedSamples += 1
                } else if time == admitted, bits == record.pointee.admittedBits {
                    ticket.skip(place)
                    ticket.duplicateSamples += 1
                } else if time != admitted, bounds.allowsLate(time) {
                    admitLate(time, bits, record, ticket, entry: number, sample: place)
                } else {
                    let reason: AppendOutcome.Reason = time == admitted ? .duplicateTimestamp : .outOfOrder
                    ticket.refuse(entry: number, sample: place, reason: reason)
                }
            }
        }
    }

    private func admitLate(
        _ time: Int64, _ bits: UInt64, _ record: UnsafeMutablePointer<SeriesRecord>, _ ticket: CommitTicket,
        entry: Int, sample: Int
    ) {
        switch record.pointee.late?.bits(at: time) {
        case bits:
            ticket.skip(sample)
            ticket.duplicateSamples += 1
        case .some: ticket.refuse(entry: entry, sample: sample, reason: .duplicateTimestamp)
        case nil:
            if !record.pointee.isLogged { claim(record, for: ticket) }
            ticket.admittedSamples += 1
        }
    }

    private func claim(_ record: UnsafeMutablePointer<SeriesRecord>, for ticket: CommitTicket) {
        record.pointee.isLogged = true
        ticket.newSeries.append(
            CommitTicket.NewSeries(
                record: record, labels: record.pointee.labels, ref: record.pointee.ref,
                location: record.pointee.location))
    }

    private func revert(_ ticket: CommitTicket, _ undo: [Admission]) {
        // Backwards, so that of several samples of one series the first one's state comes last.
        for admission in undo.reversed() {
            admission.record.pointee.admittedTime = admission.time
            admission.record.pointee.admittedBits = admission.bits
        }
        for series in ticket.newSeries { series.record.pointee.isLogged = false }
        ticket.newSeries = []
    }

    private func unpin(_ ticket: CommitTicket) {
        for case let record? in ticket.records { record.pointee.pins -= 1 }
    }

    /// Takes back what a batch admitted. The locks of its shards are held, and no batch admitted after it stands.
    private func withdraw(_ ticket: CommitTicket) {
        for case let record? in ticket.records {
            record.pointee.resetAdmission()
            record.pointee.pins -= 1
        }
        for series in ticket.newSeries { series.record.pointee.isLogged = false }
    }

    /// Takes back every batch that `drain` returns, in one step that no admission can come between.
    func withdrawAll(_ drain: () -> [CommitTicket]) -> [CommitTicket] {
        for shard in shards { shard.lock.lock() }
        defer { for shard in shards.reversed() { shard.lock.unlock() } }
        let tickets = drain()
        for ticket in tickets { withdraw(ticket) }
        return tickets
    }
}
