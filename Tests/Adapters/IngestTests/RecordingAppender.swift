import Basics
import SignalModel
import Synchronization

/// A store that remembers what it was given and refuses what it is told to.
final class RecordingAppender: SampleAppender {
    struct Append: Sendable {
        var batch: SampleBatch
        var policy: AppendPolicy

        /// `labels value @milliseconds`, in order; stale markers as `stale`.
        var lines: [String] {
            batch.entries.flatMap { entry in
                batch.samples[entry.samplesStart..<entry.samplesStart + entry.samplesCount].map { sample in
                    let value = StaleMarker.isStale(sample.value) ? "stale" : "\(sample.value)"
                    return "\(batch.labels(of: entry)) \(value) @\(sample.timestamp.milliseconds)"
                }
            }
        }
    }

    private let outcome: Result<AppendOutcome, SampleStoreError>
    private let state = Mutex<[Append]>([])
    private let stream: AsyncStream<Append>
    private let continuation: AsyncStream<Append>.Continuation

    init(_ outcome: Result<AppendOutcome, SampleStoreError> = .success(AppendOutcome(appendedSamples: 1))) {
        self.outcome = outcome
        (stream, continuation) = AsyncStream.makeStream()
    }

    var appends: [Append] { state.withLock { $0 } }

    func append(_ batch: SampleBatch, policy: AppendPolicy) async throws -> AppendOutcome {
        let append = Append(batch: batch, policy: policy)
        state.withLock { $0.append(append) }
        continuation.yield(append)
        return try outcome.get()
    }

    /// The next `count` batches, in the order of their first line; waits for them.
    func next(_ count: Int) async -> [Append] {
        var result: [Append] = []
        for await append in stream {
            result.append(append)
            if result.count == count { break }
        }
        return result.sorted { ($0.lines.first ?? "") < ($1.lines.first ?? "") }
    }
}
