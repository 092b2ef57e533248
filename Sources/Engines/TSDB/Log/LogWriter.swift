import Basics
import SignalModel

/// Group commit: one thread takes every batch that waits, writes them with one call, syncs once, applies them
/// to the head in the log's order and releases the callers together.
final class LogWriter: Sendable {
    private struct State {
        /// In the order of admission. Written from the front, as far as encoded.
        var queue: [CommitTicket] = []
        var queuedBytes = 0
        /// Batches given a place, and those of them that were applied or refused, since the start.
        var reservedCount = 0
        var settledCount = 0
        var cuts: [CutRequest] = []
        var isClosing = false
        var statistics = LogStatistics()
    }

    private enum Work {
        case commit([CommitTicket])
        case cut(CutRequest)
        case stop
    }

    /// What one write and sync covers at most, so that the first caller does not wait for gigabytes.
    private static let groupBytesMax = 8 << 20

    private let state = Monitor(State())
    private let segments: SegmentWriter
    private let head: Head
    private let clock: any WallClock
    private let queuedBytesMax: Int

    init(head: Head, segments: SegmentWriter, clock: any WallClock, queuedBytesMax: Int) {
        self.head = head
        self.segments = segments
        self.clock = clock
        self.queuedBytesMax = queuedBytesMax
    }

    // MARK: Callers

    /// Whether more may be queued. Not exact: batches that ask at the same time may all be let in.
    var hasRoom: Bool { state.read { $0.queuedBytes < queuedBytesMax } }
    var statistics: LogStatistics { state.read { $0.statistics } }

    /// Gives a batch its place in the log. Called under the locks of the batch's shards. False once closing.
    func reserve(_ ticket: CommitTicket) -> Bool {
        state.read { state in
            guard !state.isClosing else { return false }
            state.queue.append(ticket)
            state.reservedCount += 1
            state.queuedBytes += ticket.queuedBytes
            return true
        }
    }

    /// Hands over an encoded batch. Returns once it is durable and applied.
    func commit(_ ticket: CommitTicket) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let failure = state.update { _ -> SampleStoreError? in
                if let failure = ticket.failure { return failure }
                ticket.continuation = continuation
                ticket.state = .ready
                return nil
            }
            if let failure { continuation.resume(throwing: failure) }
        }
    }

    /// The same for an encoded ticket without a place, by a thread that may block.
    func commitAndWait(_ ticket: CommitTicket) throws {
        ticket.state = .ready
        let place = state.update { state -> Int? in
            guard !state.isClosing else { return nil }
            state.queue.append(ticket)
            state.reservedCount += 1
            state.queuedBytes += ticket.queuedBytes
            return state.reservedCount
        }
        guard let place else { throw SampleStoreError(.unavailable, "the store is shutting down") }
        if let failure = state.wait({ $0.settledCount >= place ? .some(ticket.failure) : nil }) { throw failure }
    }

    /// Ends the current segment. Returns the number of the last complete one; nil once closing. Blocks.
    func cutSegment() -> Int? {
        let request = CutRequest()
        let isAccepted = state.update { state in
            if !state.isClosing { state.cuts.append(request) }
            return !state.isClosing
        }
        return isAccepted ? state.wait { _ in request.lastComplete } : nil
    }

    /// Returns once every batch that has its place by now is applied or refused. Blocks.
    func settle() {
        let target = state.read { $0.reservedCount }
        state.wait { $0.settledCount >= target ? () : nil }
    }

    /// Lets what is queued be written, then ends the thread; whoever started it joins it.
    func close() { state.update { $0.isClosing = true } }

    // MARK: The thread

    func run() {
        while true {
            switch state.wait(Self.nextWork) {
            case .commit(let group): commit(group)
            case .cut(let request):
                let last = segments.cut()
                state.update { _ in request.lastComplete = last }
            case .stop:
                segments.close()
                return
            }
        }
    }

    private static func nextWork(_ state: inout State) -> Work? {
        if !state.cuts.isEmpty { return .cut(state.cuts.removeFirst()) }
        var count = 0
        var bytes = 0
        while count < state.queue.count, case .ready = state.queue[count].state, bytes < groupBytesMax {
            bytes += state.queue[count].encoded.reduce(0) { $0 + $1.bytes.count }
            count += 1
        }
        if count > 0 {
            defer { state.queue.removeFirst(count) }
            return .commit(Array(state.queue.prefix(count)))
        }
        return state.isClosing && state.queue.isEmpty ? .stop : nil
    }

    private func commit(_ group: [CommitTicket]) {
        let records = group.flatMap(\.encoded)
        let start = clock.uptime()
        var written = 0
        if !records.isEmpty {
            do throws(FileSystemError) { written = try segments.append(records) } catch {
                return fail(group, error)
            }
        }
        let took = clock.uptime() - start
        for ticket in group { head.apply(ticket) }
        state.update { state in
            state.settledCount += group.count
            for ticket in group { state.queuedBytes -= ticket.queuedBytes }
            if !records.isEmpty { state.statistics.count(bytes: written, batches: group.count, took: took) }
        }
        for ticket in group { ticket.continuation?.resume() }
    }

    /// The group and everything queued behind it is refused: their order checks built on each other.
    private func fail(_ group: [CommitTicket], _ error: FileSystemError) {
        let failure = SampleStoreError(.unavailable, "write-ahead log: \(error)")
        let tickets = head.withdrawAll {
            state.read { state in
                let tickets = group + state.queue
                state.queue = []
                state.queuedBytes = 0
                state.statistics.failures += 1
                for ticket in tickets {
                    ticket.state = .failed
                    ticket.failure = failure
                }
                return tickets
            }
        }
        state.update { $0.settledCount += tickets.count }
        for ticket in tickets { ticket.continuation?.resume(throwing: failure) }
    }
}

/// Asks the log's thread to end the segment; answered under the log's lock.
private final class CutRequest: @unchecked Sendable {  // `lastComplete` is touched only under that lock.
    var lastComplete: Int?
}

package struct LogStatistics: Sendable {
    package var writtenBytes = 0
    package var syncs = 0
    package var syncedBatches = 0
    /// Writing and syncing together.
    package var syncTime = Duration.zero
    package var syncTimeMax = Duration.zero
    package var failures = 0

    mutating func count(bytes: Int, batches: Int, took: Duration) {
        writtenBytes += bytes
        syncs += 1
        syncedBatches += batches
        syncTime += took
        syncTimeMax = max(syncTimeMax, took)
    }
}
