import Basics
package import SignalModel
import Synchronization

extension TimeSeriesDatabase: SampleAppender {
    package func append(_ batch: SampleBatch, policy: AppendPolicy) async throws -> AppendOutcome {
        guard !batch.isEmpty else { return AppendOutcome() }
        try checkSize(of: batch)
        let ticket = CommitTicket(batch: batch)
        let isQueued = try admit(ticket, policy: policy)
        count(ticket)
        if isQueued {
            encode(ticket)
            try await log.commit(ticket)
            head.counters.withLock {
                $0.appendedSamples += ticket.admittedSamples
                $0.duplicateSamples += ticket.duplicateSamples
            }
        }
        var outcome = AppendOutcome(
            appendedSamples: ticket.admittedSamples + ticket.duplicateSamples, refusals: ticket.refusals,
            refusedSamples: ticket.refusedSamples)
        outcome.exemplars = ticket.outcome
        if isQueued { outcome.appendedHistograms = batch.histograms.count - ticket.refusedHistograms }
        return outcome
    }

    private func checkSize(of batch: SampleBatch) throws {
        let needed = LogFormat.bytesNeeded(
            batch.samples.count * SampleEncoder.sampleBytesMax + batch.entries.count * 16 + batch.labelBytes.count
                + batch.histograms.reduce(0) { $0 + $1.logBytesMax } + SampleEncoder.headBytes * 2
                + batch.exemplars.count * LogRecord.exemplarBytesMax,
            // A series that changes its kind with every sample makes a record of each.
            records: 3 + batch.histograms.count * 2)
        guard needed <= options.segmentBytes else {
            throw SampleStoreError(
                .limit, "a batch of \(batch.samples.count) samples needs more than one segment of the log")
        }
        guard log.hasRoom else { throw SampleStoreError(.unavailable, "too many batches wait for the disk") }
    }

    /// False when the batch has nothing to store.
    private func admit(_ ticket: CommitTicket, policy: AppendPolicy) throws -> Bool {
        let bounds = TimeBounds(
            oldest: head.oldestAccepted, oldestLate: head.oldestLate,
            newest: (clock.now() + options.sampleFutureMax).milliseconds)
        head.resolve(ticket, bounds: bounds)
        return try head.admit(ticket, policy: policy, bounds: bounds, queue: log)
    }

    private func count(_ ticket: CommitTicket) {
        guard ticket.refusedSamples > 0 else { return }
        head.counters.withLock { counters in
            for (reason, count) in ticket.refusedByReason.enumerated() { counters.refusedByReason[reason] += count }
        }
    }

    private func encode(_ ticket: CommitTicket) {
        if !ticket.newSeries.isEmpty {
            ticket.encoded.append(LogRecord.compressed(LogRecord.series(ticket.newSeries)))
        }
        if ticket.admittedSamples > 0 {
            let records =
                ticket.batch.histograms.isEmpty ? [LogRecord.samples(ticket)] : LogRecord.mixedSamples(ticket)
            ticket.encoded += records.map(LogRecord.compressed)
        }
        guard !ticket.exemplars.isEmpty else { return }
        let entries = ticket.exemplars.map { LogRecord.ExemplarEntry(ref: $0.ref, exemplar: $0.exemplar) }
        ticket.encoded.append(LogRecord.compressed(LogRecord.exemplars(entries)))
    }
}
