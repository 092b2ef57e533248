package import Basics

/// Documents on disk between those who send and those who process: a durable log of segments.
///
/// An append returns once a sync covers it. One thread writes what all callers wait for with one call and one sync.
/// Each document has an ordinal, which grows by one and is never given twice. Bounded by bytes: beyond it appends
/// are refused whole, before anything is taken. Safe for use from any thread.
package final class DocumentQueue: Sendable {
    struct Ticket {
        var batch: DocumentBatch
        var receivedAt: Int64
        var complete: @Sendable (Result<Range<UInt64>, DocumentQueueError>) -> Void
    }

    struct State {
        var waiting: [Ticket] = []
        /// Of `waiting` and of what is being written.
        var waitingBytes = 0
        /// In order; the last one is being written.
        var segments: [QueueSegment]
        /// Everything below it is done.
        var doneOrdinal: UInt64
        /// Nothing at or above it goes, done or not; nil for none.
        var pinnedOrdinal: UInt64?
        /// The next document's ordinal: everything below it is durable.
        var nextOrdinal: UInt64
        /// The newest records, one after another, ending at `nextOrdinal`.
        var recent: [QueuedRecord] = []
        var recentBytes = 0
        var isClosing = false
        var watches = IdentityWatches()
        var statistics = DocumentQueueStatistics()

        /// Of what is not done.
        var bytes: Int {
            segments.reduce(waitingBytes) { $0 + ($1.ordinals.upperBound > doneOrdinal ? $1.bytes : 0) }
        }
    }

    /// What one write and sync covers at most, so that the first caller does not wait for gigabytes.
    private static let groupBytesMax = 8 << 20

    let state: Monitor<State>
    let fileSystem: any FileSystem
    let directory: String
    let options: DocumentQueueOptions
    let clock: any WallClock
    private let thread = Monitor<WorkerThread?>(nil)
    package let startReport: QueueReport

    /// Opens or creates it. `nextOrdinalMin`: no ordinal below it is given, whatever the disk has. `doneOrdinal`:
    /// everything below it is done.
    package init(
        directory: String, fileSystem: any FileSystem, clock: any WallClock,
        options: DocumentQueueOptions = DocumentQueueOptions(), nextOrdinalMin: UInt64 = 0, doneOrdinal: UInt64 = 0
    ) throws {
        let found = try QueueDirectory(directory, fileSystem)
        self.directory = directory
        self.fileSystem = fileSystem
        self.clock = clock
        // The segment being written is never removed: it must be a small part of what there is room for.
        var options = options
        options.segmentBytes = min(options.segmentBytes, options.bytesMax / 8)
        self.options = options
        startReport = found.report
        state = Monitor(
            State(
                segments: found.segments, doneOrdinal: doneOrdinal,
                nextOrdinal: max(found.segments.last?.ordinals.upperBound ?? 0, nextOrdinalMin)))
        let writer = QueueSegmentWriter(
            fileSystem: fileSystem, directory: directory, nextNumber: found.nextNumber,
            segmentBytes: options.segmentBytes)
        guard let started = WorkerThread({ [weak self] in self?.run(writer) }) else {
            throw DocumentQueueError(.unavailable, "no thread for the queue")
        }
        thread.update { $0 = started }
    }

    // MARK: Appending

    /// What must not have come to the queue since a watch began.
    package struct Condition: Sendable {
        var watch: IdentityWatch
        var keys: Set<UInt64>

        package init(_ watch: IdentityWatch, keys: Set<UInt64>) {
            self.watch = watch
            self.keys = keys
        }
    }

    /// Returns the documents' ordinals once they are on stable storage. `receivedAt`: nanoseconds since 1970.
    package func append(
        _ batch: DocumentBatch, receivedAt: Int64, unless condition: Condition? = nil
    ) async throws(DocumentQueueError) -> Range<UInt64> {
        try await withCheckedContinuation { continuation in
            append(batch, receivedAt: receivedAt, unless: condition) { continuation.resume(returning: $0) }
        }.get()
    }

    /// The same for a thread that may block.
    package func appendAndWait(_ batch: DocumentBatch, receivedAt: Int64) throws(DocumentQueueError) -> Range<UInt64>
    {
        let answer = Monitor<Result<Range<UInt64>, DocumentQueueError>?>(nil)
        append(batch, receivedAt: receivedAt) { result in answer.update { $0 = result } }
        return try answer.wait { $0 }.get()
    }

    /// The same with a call, from the queue's thread or at once.
    package func append(
        _ batch: DocumentBatch, receivedAt: Int64, unless condition: Condition? = nil,
        complete: @escaping @Sendable (Result<Range<UInt64>, DocumentQueueError>) -> Void
    ) {
        let bytes = batch.bytes.count + QueueFormat.recordHeaderBytes
        // Outside of the lock that everybody waits for.
        let keys = state.read { $0.watches.isEmpty } ? nil : IdentityWatch.keys(of: batch)
        let refusal = state.update { state -> DocumentQueueError? in
            if state.isClosing { return DocumentQueueError(.unavailable, "the queue is closing") }
            guard bytes <= min(options.bytesMax, QueueFormat.payloadBytesMax) else {
                return DocumentQueueError(.tooLarge, "\(bytes) bytes, the queue holds \(options.bytesMax)")
            }
            guard state.bytes + bytes <= options.bytesMax else {
                state.statistics.refusedBatches += 1
                return DocumentQueueError(
                    .full, "the queue has no room: \(state.bytes) of \(options.bytesMax) bytes are waiting")
            }
            if let condition, state.watches.hasSeen(condition.keys, since: condition.watch) {
                return DocumentQueueError(.changed, "a document was written by somebody else meanwhile")
            }
            guard !batch.isEmpty else { return nil }
            state.watches.took(batch, keys)
            state.waiting.append(Ticket(batch: batch, receivedAt: receivedAt, complete: complete))
            state.waitingBytes += bytes
            return nil
        }
        if let refusal {
            complete(.failure(refusal))
        } else if batch.isEmpty {
            let end = state.read { $0.nextOrdinal }
            complete(.success(end..<end))
        }
    }

    // MARK: Looking at it

    /// Everything below is durable.
    package var nextOrdinal: UInt64 { state.read { $0.nextOrdinal } }

    package var statistics: DocumentQueueStatistics {
        state.read { state in
            var statistics = state.statistics
            statistics.bytes = state.bytes
            statistics.bytesMax = options.bytesMax
            statistics.segments = state.segments.count
            statistics.ordinals = (state.segments.first?.ordinals.lowerBound ?? state.nextOrdinal)..<state.nextOrdinal
            return statistics
        }
    }

    /// Blocks until there is a document at `ordinal`. False once closing.
    package func wait(for ordinal: UInt64) -> Bool {
        state.wait { state in
            if state.isClosing { return false }
            return state.nextOrdinal > ordinal ? true : nil
        }
    }

    /// A reader whose first document is the one at `ordinal`, or the first there is after it.
    package func reader(from ordinal: UInt64) -> DocumentQueueReader { DocumentQueueReader(self, from: ordinal) }

    /// Writes what waits, refuses more, ends the thread. Blocks.
    package func close() {
        state.update { $0.isClosing = true }
        let running = thread.update { thread in
            defer { thread = nil }
            return thread
        }
        running?.join()
    }

    // MARK: The thread

    private func run(_ writer: QueueSegmentWriter) {
        while let group = state.wait(Self.nextGroup) { commit(group, writer) }
        writer.close()
    }

    /// Empty for none yet; nil inside for the end.
    private static func nextGroup(_ state: inout State) -> [Ticket]?? {
        guard !state.waiting.isEmpty else { return state.isClosing ? .some(nil) : nil }
        var count = 0
        var bytes = 0
        while count < state.waiting.count, count == 0 || bytes < groupBytesMax {
            bytes += state.waiting[count].batch.bytes.count
            count += 1
        }
        defer { state.waiting.removeFirst(count) }
        return .some(Array(state.waiting.prefix(count)))
    }

    private func commit(_ group: [Ticket], _ writer: QueueSegmentWriter) {
        let first = state.read { $0.nextOrdinal }
        let start = clock.uptime()
        let reserved = group.reduce(0) { $0 + $1.batch.bytes.count + QueueFormat.recordHeaderBytes }
        do throws(FileSystemError) {
            do throws(FileSystemError) {
                try writer.append(group.map { ($0.batch, $0.receivedAt) }, firstOrdinal: first)
            } catch {
                guard error.code == .noSpace, giveUpKept() else { throw error }
                try writer.append(group.map { ($0.batch, $0.receivedAt) }, firstOrdinal: first)
            }
        } catch {
            state.update { state in
                state.waitingBytes -= reserved
                state.watches.finished(group.count)
                state.statistics.failures += 1
            }
            let failure = DocumentQueueError(.unavailable, "the queue could not be written: \(error)")
            for ticket in group { ticket.complete(.failure(failure)) }
            return
        }
        let took = clock.uptime() - start
        var end = first
        var records: [QueuedRecord] = []
        for ticket in group {
            records.append(QueuedRecord(firstOrdinal: end, receivedAt: ticket.receivedAt, documents: ticket.batch))
            end += UInt64(ticket.batch.count)
        }
        state.update { state in
            state.waitingBytes -= reserved
            state.nextOrdinal = end
            state.watches.finished(group.count)
            state.written(
                first..<end, segment: writer.number, bytes: writer.goodCount, receivedAt: group[0].receivedAt)
            state.keep(records, bytesMax: options.recentBytesMax)
            state.statistics.count(documents: Int(end - first), batches: group.count, bytes: reserved, took: took)
        }
        for (ticket, record) in zip(group, records) { ticket.complete(.success(record.ordinals)) }
    }
}

extension DocumentQueue.State {
    mutating func written(_ ordinals: Range<UInt64>, segment number: Int, bytes: Int, receivedAt: Int64) {
        if let last = segments.indices.last, segments[last].number == number {
            segments[last].ordinals = segments[last].ordinals.lowerBound..<ordinals.upperBound
            segments[last].bytes = bytes
        } else {
            segments.append(
                QueueSegment(number: number, ordinals: ordinals, bytes: bytes, receivedAt: receivedAt))
        }
    }

    mutating func keep(_ records: [QueuedRecord], bytesMax: Int) {
        recent.append(contentsOf: records)
        recentBytes += records.reduce(0) { $0 + $1.documents.bytes.count }
        var dropped = 0
        while recentBytes > bytesMax, dropped < recent.count {
            recentBytes -= recent[dropped].documents.bytes.count
            dropped += 1
        }
        recent.removeFirst(dropped)
    }

    /// Frees what a reader is past.
    mutating func forget(below ordinal: UInt64) {
        var dropped = 0
        while dropped < recent.count, recent[dropped].ordinals.upperBound <= ordinal {
            recentBytes -= recent[dropped].documents.bytes.count
            dropped += 1
        }
        recent.removeFirst(dropped)
    }
}
