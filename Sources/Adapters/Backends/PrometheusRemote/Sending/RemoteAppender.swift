import Basics
import NIOPosix
package import SignalModel
import Synchronization
import WireFormats

/// Takes samples for the backend: returns once the queue has them on disk. Batches that come at the same time are
/// written and synced together.
///
/// What a local store would refuse — samples out of order, or of a time already there — is the backend's to refuse.
package final class RemoteAppender: SampleAppender {
    package struct Statistics: Sendable {
        package var appendedSamples = 0
        /// Groups of batches written and synced together.
        package var syncs = 0
        package var syncTime = Duration.zero
        package var failures = 0
    }

    /// Larger batches are cut into several messages, between series: what one request may hold.
    private static let messageSamplesMax = 5_000
    /// While more waits for the disk, nothing is taken: it is held in memory.
    private static let waitingBytesMax = 64 << 20

    private struct Waiting {
        var records: [QueueRecord]
        var bytes: Int
        var samples: Int
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var waiting: [Waiting] = []
        var waitingBytes = 0
        var isWriting = false
        var counted = Statistics()
    }

    private let queue: RemoteQueue
    private let disk: NIOThreadPool
    private let uptime: @Sendable () -> Duration
    private let onArrival: @Sendable () -> Void
    private let state = Mutex(State())

    /// `onArrival` is called when the queue has got something.
    init(
        queue: RemoteQueue, disk: NIOThreadPool, uptime: @escaping @Sendable () -> Duration,
        onArrival: @escaping @Sendable () -> Void
    ) {
        self.queue = queue
        self.disk = disk
        self.uptime = uptime
        self.onArrival = onArrival
    }

    package var statistics: Statistics { state.withLock { $0.counted } }

    package func append(_ batch: SampleBatch, policy: AppendPolicy) async throws -> AppendOutcome {
        if batch.isEmpty { return AppendOutcome() }
        let records = Self.records(batch)
        let bytes = records.reduce(0) { $0 + $1.bytes }
        try await withCheckedThrowingContinuation { continuation in
            let waiting = Waiting(
                records: records, bytes: bytes, samples: batch.samples.count, continuation: continuation)
            let (isTaken, isFirst) = state.withLock { state in
                guard state.waitingBytes + bytes <= Self.waitingBytesMax || state.waiting.isEmpty else {
                    return (false, false)
                }
                state.waiting.append(waiting)
                state.waitingBytes += bytes
                defer { state.isWriting = true }
                return (true, !state.isWriting)
            }
            if !isTaken {
                continuation.resume(
                    throwing: SampleStoreError(.unavailable, "too many batches wait for the disk"))
            } else if isFirst {
                disk.submit { [self] pool in
                    if case .active = pool { writeAll() } else { failAll() }
                }
            }
        }
        var outcome = AppendOutcome(appendedSamples: batch.samples.count)
        outcome.appendedHistograms = batch.histograms.count
        outcome.exemplars.appendedCount = batch.exemplars.count
        return outcome
    }

    /// The batch as messages that hold whole series.
    static func records(_ batch: SampleBatch) -> [QueueRecord] {
        var result: [QueueRecord] = []
        var start = 0
        while start < batch.entries.count {
            var (end, samples) = (start, 0)
            var newest = Timestamp.distantPast
            while end < batch.entries.count {
                let entry = batch.entries[end]
                if end > start, samples + entry.samplesCount > messageSamplesMax { break }
                samples += entry.samplesCount
                for sample in batch.samples(of: entry) { newest = max(newest, sample.timestamp) }
                end += 1
            }
            let message = RemoteWriteEncoder.encode(batch, entries: start..<end)
            result.append(QueueRecord(payload: Snappy.compress(message), samples: samples, newest: newest))
            start = end
        }
        return result
    }

    private func takeAll() -> [Waiting] {
        state.withLock { state in
            defer {
                state.waiting = []
                state.waitingBytes = 0
            }
            if state.waiting.isEmpty { state.isWriting = false }
            return state.waiting
        }
    }

    private func writeAll() {
        while true {
            let group = takeAll()
            if group.isEmpty { return }
            write(group)
        }
    }

    private func write(_ group: [Waiting]) {
        var fitting: [Waiting] = []
        var free = queue.freeBytes
        for waiting in group {
            if waiting.bytes <= free {
                free -= waiting.bytes
                fitting.append(waiting)
            } else {
                waiting.continuation.resume(throwing: queue.fullError)
            }
        }
        if fitting.isEmpty { return }
        let began = uptime()
        do {
            try queue.append(fitting.flatMap(\.records))
            let took = uptime() - began
            state.withLock { state in
                state.counted.syncs += 1
                state.counted.syncTime += took
                state.counted.appendedSamples += fitting.reduce(0) { $0 + $1.samples }
            }
            for waiting in fitting { waiting.continuation.resume() }
            onArrival()
        } catch {
            state.withLock { $0.counted.failures += 1 }
            for waiting in fitting { waiting.continuation.resume(throwing: error) }
        }
    }

    private func failAll() {
        while true {
            let group = takeAll()
            if group.isEmpty { return }
            for waiting in group {
                waiting.continuation.resume(throwing: SampleStoreError(.unavailable, "shutting down"))
            }
        }
    }
}
