import Basics
import SignalModel
import Synchronization

extension Head {
    /// Last step of an append, by the log's thread, once the batch is durable: samples become visible.
    func apply(_ ticket: CommitTicket) {
        guard ticket.deletions.isEmpty else { return apply(ticket.deletions) }
        indexNewSeries(of: ticket)
        let batch = ticket.batch
        let isSkipped = ticket.isSkipped
        let validFrom = validFrom.load(ordering: .acquiring)
        let hasHistograms = !batch.histograms.isEmpty
        var lateSamples = 0
        var first = Int64.max
        var last = Int64.min
        var start = 0
        for (shard, end) in zip(shards, ticket.shardEnds) {
            guard start < end else { continue }
            shard.lock.lock()
            for place in start..<end {
                let number = Int(ticket.order[place])
                guard let record = ticket.records[number] else { continue }
                let entry = batch.entries[number]
                for sample in entry.samplesStart..<entry.samplesStart + entry.samplesCount {
                    if !isSkipped.isEmpty, isSkipped[sample] { continue }
                    let time = batch.samples[sample].timestamp.milliseconds
                    if hasHistograms, let histogram = batch.histogram(sample) {
                        if time <= record.pointee.open.lastTime || time < validFrom {
                            let bits = histogram.fingerprint
                            if record.pointee.applyLate(time, bits, histogram) { lateSamples += 1 }
                            continue
                        }
                        first = min(first, time)
                        last = max(last, time)
                        shard.finishedChunkCount += record.pointee.apply(time, histogram.fingerprint, histogram)
                        continue
                    }
                    if time <= record.pointee.open.lastTime || time < validFrom {
                        if record.pointee.applyLate(time, batch.samples[sample].value.bitPattern) { lateSamples += 1 }
                        continue
                    }
                    first = min(first, time)
                    last = max(last, time)
                    if record.pointee.apply(time, batch.samples[sample].value.bitPattern) {
                        shard.finishedChunkCount += 1
                    }
                }
                record.pointee.pins -= 1
            }
            shard.lock.unlock()
            start = end
        }
        applyExemplars(of: ticket)
        if first <= last { widen(first, last) }
        if lateSamples > 0 {
            lateCount.add(lateSamples, ordering: .acquiringAndReleasing)
            counters.withLock { $0.lateSamples += lateSamples }
        }
    }

    /// Lists the series that this batch brought to the log. Their labels need no lock: the batch pins them.
    private func indexNewSeries(of ticket: CommitTicket) {
        guard !ticket.newSeries.isEmpty else { return }
        let ids = index.insert(ticket.newSeries)
        for (series, id) in zip(ticket.newSeries, ids) {
            let shard = shards[SeriesLocation.shard(series.location)]
            shard.lock.lock()
            series.record.pointee.id = id
            shard.lock.unlock()
        }
    }
}
