package import Basics
import Glibc
import SignalModel
import Synchronization

/// From the queue to the store: workers take batches of documents and process them side by side; results are appended
/// in the queue's order.
///
/// A document that cannot be processed becomes a dead letter, on disk before the store is told that it is past it. After
/// a crash everything behind the store's durable ordinal is processed again.
package final class LogProcessing: Sendable {
    package struct Statistics: Sendable, Hashable {
        package var documents: UInt64 = 0
        package var batches: UInt64 = 0
        package var deadLetters: UInt64 = 0
        /// By a pipeline.
        package var dropped: UInt64 = 0
        package var failures: UInt64 = 0
        /// Acknowledged, and lost to damage on disk.
        package var lost: UInt64 = 0
    }

    private struct State {
        var nextJob = 0
        /// Of the job that may be appended now.
        var turn = 0
        var processedOrdinal: UInt64
        var isStopping = false
        /// A job could not be appended before the end: none behind it may be.
        var isCutOff = false
        var statistics = Statistics()
        var waiters: [(ordinal: UInt64, continuation: CheckedContinuation<Void, Never>)] = []
    }

    /// What a job takes at most: enough to make hand-overs cheap, little enough to be soon searchable.
    private static let jobBytesMax = 2 << 20
    private static let jobRecordsMax = 2000

    private let queue: DocumentQueue
    private let deadLetters: DeadLetters
    private let sink: any LogSink
    private let processing: (any DocumentProcessing)?
    private let reader: Mutex<DocumentQueueReader>
    private let state: Monitor<State>
    private let threads = Mutex<[WorkerThread]>([])
    private let onProblem: @Sendable (String) -> Void

    package init(
        queue: DocumentQueue, deadLetters: DeadLetters, sink: any LogSink, processing: (any DocumentProcessing)?,
        onProblem: @escaping @Sendable (String) -> Void
    ) {
        self.queue = queue
        self.deadLetters = deadLetters
        self.sink = sink
        self.processing = processing
        self.onProblem = onProblem
        let durable = sink.durableOrdinal
        reader = Mutex(queue.reader(from: durable + 1))
        state = Monitor(State(processedOrdinal: durable))
    }

    package func start(workers: Int) {
        threads.withLock { threads in
            for _ in 0..<workers {
                if let thread = WorkerThread({ self.work() }) { threads.append(thread) }
            }
        }
    }

    /// Ends the workers once what they hold is appended. The queue must be closing, or they wait for it. Blocks.
    package func stop() {
        state.update { $0.isStopping = true }
        let running = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in running { thread.join() }
        let waiters = state.update { state in
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume() }
    }

    package var statistics: Statistics { state.read { $0.statistics } }

    /// Up to and with which document everything can be found, or is a dead letter.
    package var processedOrdinal: UInt64 { state.read { $0.processedOrdinal } }

    /// Returns once everything up to and with `ordinal` can be found, or when processing ends.
    package func waitUntilProcessed(_ ordinal: UInt64) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isDone = state.read { state in
                if state.isStopping || state.processedOrdinal >= ordinal { return true }
                state.waiters.append((ordinal, continuation))
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    // MARK: The threads

    private func work() {
        var worker = ProcessingWorker(processing)
        while let job = nextJob() {
            do {
                commit(job, try worker.run(job))
            } catch {
                // Damage inside a record whose checksum is good: a fault of ours. Better told and passed than stuck.
                onProblem("documents up to \(job.lastOrdinal) cannot be read: \(error)")
                commit(job, ProcessingWorker.Result(batch: LogBatch()))
            }
        }
    }

    /// Blocks until there is something; nil at the end.
    private func nextJob() -> ProcessingJob? {
        reader.withLock { reader in
            while true {
                if state.read({ $0.isStopping }) { return nil }
                var records: [QueuedRecord] = []
                var bytes = 0
                do {
                    while bytes < Self.jobBytesMax, records.count < Self.jobRecordsMax, let record = try reader.next()
                    {
                        bytes += record.documents.bytes.count
                        records.append(record)
                    }
                } catch {
                    state.update { $0.statistics.failures += 1 }
                    onProblem("the queue cannot be read: \(error)")
                    guard !records.isEmpty || !rest() else { return nil }
                }
                let lost = reader.lostDocuments
                if !records.isEmpty {
                    return state.update { state in
                        state.statistics.lost = lost
                        defer { state.nextJob += 1 }
                        return ProcessingJob(number: state.nextJob, records: records)
                    }
                }
                guard queue.wait(for: reader.position) else { return nil }
            }
        }
    }

    private func commit(_ job: ProcessingJob, _ result: ProcessingWorker.Result) {
        let isCutOff = state.wait { $0.turn == job.number ? $0.isCutOff : nil }
        guard !isCutOff else { return state.update { $0.turn += 1 } }
        while true {
            do {
                try deadLetters.write(result.deadLetters, receivedAt: result.receivedAt)
                try sink.append(result.batch, through: job.lastOrdinal)
                break
            } catch {
                state.update { $0.statistics.failures += 1 }
                onProblem("processed documents cannot be stored: \(error)")
                // They stay in the queue: the next start takes them again.
                guard !rest() else {
                    return state.update { state in
                        state.turn += 1
                        state.isCutOff = true
                    }
                }
            }
        }
        let ready = state.update { state in
            state.turn += 1
            state.processedOrdinal = max(state.processedOrdinal, job.lastOrdinal)
            state.statistics.batches += 1
            state.statistics.documents += UInt64(result.batch.records.count)
            state.statistics.deadLetters += UInt64(result.deadLetters.count)
            state.statistics.dropped += UInt64(result.dropped)
            guard !state.waiters.isEmpty else { return [] as [CheckedContinuation<Void, Never>] }
            let done = state.waiters.filter { $0.ordinal <= state.processedOrdinal }.map(\.continuation)
            state.waiters.removeAll { $0.ordinal <= state.processedOrdinal }
            return done
        }
        for continuation in ready { continuation.resume() }
    }

    /// True when it is time to end.
    private func rest() -> Bool {
        for _ in 0..<10 {
            if state.read({ $0.isStopping }) { return true }
            usleep(100_000)
        }
        return false
    }
}
