import SignalModel

/// A batch on its way: admitted to the head's order, waiting to be written, synced and applied.
///
/// Filled in by the caller's thread while it resolves and admits; then owned by the log writer. The states it
/// goes through are the writer's business, under the writer's lock.
final class CommitTicket: @unchecked Sendable {  // One owner at a time: the caller until `submit`, then the writer.
    struct NewSeries {
        var record: UnsafeMutablePointer<SeriesRecord>
        var labels: [UInt8]
        var ref: UInt64
        var location: UInt32
    }

    struct NewExemplar {
        var ref: UInt64
        var series: Labels
        var exemplar: Exemplar
    }

    enum State {
        /// Has its place in the queue; the caller still encodes. Becomes `ready` or `failed`.
        case reserved
        /// Encoded, the caller waits in `continuation`.
        case ready
        /// Refused by a failure of the log before it was encoded.
        case failed
    }

    let batch: SampleBatch
    /// Indices of entries, grouped by shard; `shardEnds[s]` is where shard s ends.
    var order: [UInt32] = []
    var shardEnds: [Int] = []
    /// By entry; nil for an entry of which nothing can be stored.
    var records: [UnsafeMutablePointer<SeriesRecord>?] = []
    /// By entry.
    var refs: [UInt64] = []
    /// Series whose labels this batch's log records must carry.
    var newSeries: [NewSeries] = []
    /// By sample: not to be stored (refused, or already there). Empty when all are stored.
    var isSkipped: [Bool] = []
    var admittedSamples = 0
    var refusedHistograms = 0
    var duplicateSamples = 0
    /// To be logged and applied.
    var exemplars: [NewExemplar] = []
    var outcome = ExemplarOutcome()
    var refusals: [AppendOutcome.Refusal] = []
    var refusedByReason = [Int](repeating: 0, count: AppendOutcome.Reason.allCases.count)

    /// Of series in the head; a ticket has either these or samples.
    var deletions: [HeadDeletion] = []
    /// Encoded log records, the ones with labels first.
    var encoded: [LogRecord.Encoded] = []
    var state = State.reserved
    var failure: SampleStoreError?
    var continuation: CheckedContinuation<Void, any Error>?

    init(batch: SampleBatch) { self.batch = batch }

    var refusedSamples: Int { refusedByReason.reduce(0, +) }

    /// Bytes that waiting costs, for the bound on the queue.
    var queuedBytes: Int {
        batch.samples.count * 32 + batch.entries.count * 64 + batch.exemplars.count * 128 + batch.labelBytes.count
    }

    func skip(_ sample: Int) {
        if isSkipped.isEmpty { isSkipped = [Bool](repeating: false, count: batch.samples.count) }
        isSkipped[sample] = true
    }

    func refuse(entry: Int, sample: Int, reason: AppendOutcome.Reason) {
        skip(sample)
        refusedByReason[reason.index] += 1
        if HistogramBox.isBox(batch.samples[sample].value) { refusedHistograms += 1 }
        if refusals.count < AppendOutcome.refusalsMax {
            refusals.append(AppendOutcome.Refusal(entry: entry, sample: batch.samples[sample], reason: reason))
        }
    }
}

extension AppendOutcome.Reason {
    /// Place in arrays of counts.
    var index: Int {
        switch self {
        case .outOfOrder: 0
        case .duplicateTimestamp: 1
        case .outOfBounds: 2
        case .tooFarInFuture: 3
        case .seriesLimit: 4
        }
    }
}
