package import Basics
import Glibc
import SignalModel

/// From the queue of spans to its sinks, one batch after the other on a thread of its own.
///
/// Each sink gets each batch once: after a crash the queue is read again from behind what the slowest has on disk, and
/// a sink is given only what it does not have. What cannot be stored is tried until it can: it is in the queue.
package final class SpanProcessing: Sendable {
    package struct Statistics: Sendable, Hashable {
        package var spans: UInt64 = 0
        package var errors: UInt64 = 0
        package var batches: UInt64 = 0
        /// Hand-overs that had to be tried again.
        package var failures: UInt64 = 0
        /// Batches acknowledged, and lost to damage on disk.
        package var lost: UInt64 = 0
    }

    private struct State {
        var processedOrdinal: UInt64
        var isStopping = false
        /// Batches whose bytes were whole and were none.
        var unreadable: UInt64 = 0
        var statistics = Statistics()
        var waiters: [(ordinal: UInt64, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let queue: DocumentQueue
    private let sinks: [any SpanSink]
    private let state: Monitor<State>
    private let thread = Monitor<WorkerThread?>(nil)
    private let onProblem: @Sendable (String) -> Void

    /// `sinks` are given a batch in this order.
    package init(queue: DocumentQueue, sinks: [any SpanSink], onProblem: @escaping @Sendable (String) -> Void) {
        self.queue = queue
        self.sinks = sinks
        self.onProblem = onProblem
        state = Monitor(State(processedOrdinal: Self.durableOrdinal(of: sinks)))
    }

    /// Up to and with which ordinal every sink has everything on stable storage: what is below may leave the queue.
    package var durableOrdinal: UInt64 { Self.durableOrdinal(of: sinks) }

    private static func durableOrdinal(of sinks: [any SpanSink]) -> UInt64 { sinks.map(\.durableOrdinal).min() ?? 0 }

    package func start() {
        let started = WorkerThread { self.work() }
        thread.update { $0 = started }
        if started == nil { onProblem("no thread for spans: nothing is processed") }
    }

    /// Ends the thread once it has handed over what it holds. The queue must be closing. Blocks.
    package func stop() {
        state.update { $0.isStopping = true }
        let running = thread.update { thread in
            defer { thread = nil }
            return thread
        }
        running?.join()
        let waiters = state.update { state in
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume() }
    }

    package var statistics: Statistics { state.read { $0.statistics } }

    /// Up to and with which batch everything can be found.
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

    // MARK: The thread

    private func work() {
        let durable = sinks.map(\.durableOrdinal)
        var reader = queue.reader(from: (durable.min() ?? 0) + 1)
        while !state.read({ $0.isStopping }) {
            do {
                guard let record = try reader.next() else {
                    guard queue.wait(for: reader.position) else { return }
                    continue
                }
                let lost = reader.lostDocuments
                state.update { $0.statistics.lost = lost + $0.unreadable }
                guard take(record, durable) else { return }
            } catch {
                state.update { $0.statistics.failures += 1 }
                onProblem("the queue of spans cannot be read: \(error)")
                if rest() { return }
            }
        }
    }

    /// False when it is time to end.
    private func take(_ record: QueuedRecord, _ durable: [UInt64]) -> Bool {
        var ordinal = record.firstOrdinal
        var isGoingOn = true
        do {
            try record.documents.forEach { document in
                defer { ordinal += 1 }
                guard isGoingOn, ordinal >= record.firstOrdinal + UInt64(record.skippedCount) else { return }
                do throws(SpanBatchError) {
                    let batch = try SpanBatch(encoded: document.source)
                    isGoingOn = hand(batch, ordinal, durable)
                } catch {
                    // Its checksum is good: a fault of ours. Better told and passed than stuck.
                    state.update { state in
                        state.unreadable += 1
                        state.statistics.lost += 1
                    }
                    onProblem("the batch of spans \(ordinal) cannot be read: \(error)")
                }
            }
        } catch {
            onProblem("batches of spans from \(ordinal) on cannot be read: \(error)")
        }
        return isGoingOn
    }

    private func hand(_ batch: SpanBatch, _ ordinal: UInt64, _ durable: [UInt64]) -> Bool {
        for (sink, durable) in zip(sinks, durable) where ordinal > durable {
            while true {
                do {
                    try sink.append(batch, through: ordinal)
                    break
                } catch {
                    state.update { $0.statistics.failures += 1 }
                    onProblem("spans cannot be stored: \(error)")
                    if rest() { return false }
                }
            }
        }
        let ready = state.update { state in
            state.processedOrdinal = max(state.processedOrdinal, ordinal)
            state.statistics.batches += 1
            state.statistics.spans += UInt64(batch.spans.count)
            state.statistics.errors += UInt64(batch.errors.count)
            let done = state.waiters.filter { $0.ordinal <= state.processedOrdinal }.map(\.continuation)
            state.waiters.removeAll { $0.ordinal <= state.processedOrdinal }
            return done
        }
        for continuation in ready { continuation.resume() }
        return true
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
