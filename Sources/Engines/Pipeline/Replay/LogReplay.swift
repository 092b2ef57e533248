package import Basics
internal import SignalModel
import Synchronization

/// Processes documents again that the queue has kept, from any point on: by the pipelines as they are now, beside what
/// comes. What they become takes the place of what they became before.
///
/// How far it is, is in a file; after a crash it goes on from there, and what it does twice is as done once. Until it is
/// durable the queue keeps what it is made of. Safe for use from any thread; `step` from one at a time.
package final class LogReplay: Sendable {
    package enum Step: Sendable {
        /// Nothing to do.
        case idle
        /// There is more to do, at once.
        case more
        /// What comes is more urgent, or not there yet: there is more to do a little later.
        case later
    }

    private struct State {
        /// Of the one that runs, or the last one.
        var progress: ReplayProgress?
        var isStopAsked = false
        /// Why the last step could not be done.
        var problem: String?
        /// Numbers of dead letters whose documents failed no more.
        var overtaken: [UInt64] = []
    }

    /// What a step works with, from the begin or a start on.
    private struct Run {
        var reader: DocumentQueueReader
        var worker: ProcessingWorker
        /// By their ordinals, the dead letters of documents that failed before.
        var letters: [UInt64: Letters]
        var unflushedBytes = 0
        var flushedAt: Duration
    }

    private struct Letters {
        var numbers: [UInt64] = []
        /// Why it failed the last time.
        var reason = ""
    }

    /// What a step takes at most: little enough for what comes not to wait long for it.
    private static let stepBytesMax = 2 << 20
    private static let stepRecordsMax = 2000
    /// So much is done again at most after a crash.
    private static let unflushedBytesMax = 16 << 20
    private static let flushInterval = Duration.seconds(5)
    /// With more waiting to be processed for the first time, it waits.
    private static let waitingMax: UInt64 = 20_000

    private let queue: DocumentQueue
    private let processing: LogProcessing
    private let deadLetters: DeadLetters
    private let sink: any ReplaySink
    private let documents: (any DocumentProcessing)?
    private let path: String
    private let fileSystem: any FileSystem
    private let clock: any WallClock
    private let onProblem: @Sendable (String) -> Void
    private let state: Mutex<State>
    private let run = Mutex<Run?>(nil)

    /// Reads how far it was; a file that is damaged is told and begun anew.
    package init(
        queue: DocumentQueue, processing: LogProcessing, deadLetters: DeadLetters, sink: any ReplaySink,
        documents: (any DocumentProcessing)?, path: String, fileSystem: any FileSystem, clock: any WallClock,
        onProblem: @escaping @Sendable (String) -> Void
    ) throws {
        self.queue = queue
        self.processing = processing
        self.deadLetters = deadLetters
        self.sink = sink
        self.documents = documents
        self.path = path
        self.fileSystem = fileSystem
        self.clock = clock
        self.onProblem = onProblem
        var progress: ReplayProgress?
        if fileSystem.exists(path) {
            do {
                progress = try ReplayProgress(try fileSystem.read(path, bytesMax: ReplayProgress.bytesMax))
            } catch let error as CheckpointError {
                onProblem("what was being processed again is not known any more: \(path): \(error)")
            }
        }
        state = Mutex(State(progress: progress))
        if let progress, progress.state == .running { queue.pin(progress.next) }
    }

    package var progress: ReplayProgress? { state.withLock { $0.progress } }

    /// Why it does not go on; nil while it does.
    package var problem: String? { state.withLock { $0.problem } }

    /// Numbers of the dead letters whose documents did not fail again since somebody asked.
    package func takeOvertakenLetters() -> [UInt64] {
        state.withLock { state in
            defer { state.overtaken = [] }
            return state.overtaken
        }
    }

    package var waitingDocuments: UInt64 {
        progress.map { $0.state == .running ? $0.end - $0.next : 0 } ?? 0
    }

    /// What can be processed again; empty when nothing can.
    package var range: Range<UInt64> {
        let end = processing.processedOrdinal + 1
        guard let first = sink.replaceableOrdinal else { return end..<end }
        let start = min(max(queue.kept.ordinals.lowerBound, first), end)
        return start..<end
    }

    /// Begins with the document at `ordinal`, or the first there is; durable on return. Blocks.
    package func begin(from ordinal: UInt64?, indices: [String], by: String) throws {
        let range = range
        let from = ordinal ?? range.lowerBound
        guard !range.isEmpty, from >= range.lowerBound, from < range.upperBound else {
            throw ReplayError(
                .outOfRange,
                range.isEmpty
                    ? "nothing is kept that could be processed again"
                    : "documents \(range.lowerBound) to \(range.upperBound - 1) can be processed again, not \(from)")
        }
        let progress = ReplayProgress(
            from..<range.upperBound, indices: indices, startedAt: clock.now(), startedBy: by)
        try state.withLock { state in
            guard state.progress?.state != .running else {
                throw ReplayError(.conflict, "documents are being processed again already: wait, or stop that")
            }
            queue.pin(from)
            do throws(FileSystemError) { try fileSystem.replace(path, with: progress.bytes) } catch {
                queue.pin(nil)
                throw error
            }
            state.progress = progress
            state.isStopAsked = false
        }
    }

    /// Ends what runs after its next step: what is done stays so.
    package func stop() throws(ReplayError) {
        let isRunning = state.withLock { state in
            state.isStopAsked = state.progress?.state == .running
            return state.isStopAsked
        }
        guard isRunning else { throw ReplayError(.conflict, "nothing is being processed again") }
    }

    // MARK: Steps

    /// Does a part of what is to be done. Blocks. Throws what the disk refuses: the next call tries it again.
    package func step() throws -> Step {
        do {
            let step = try tryStep()
            state.withLock { $0.problem = nil }
            return step
        } catch {
            state.withLock { $0.problem = "\(error)" }
            throw error
        }
    }

    private func tryStep() throws -> Step {
        let (found, isStopAsked) = state.withLock { ($0.progress, $0.isStopAsked) }
        guard let progress = found, progress.state == .running else { return .idle }
        return try run.withLock { run in
            var work = try run ?? begun(progress)
            run = nil
            if isStopAsked { return try finish(progress, .stopped) }
            let floor = queue.keptFloor
            if progress.next < min(floor, progress.end) {
                // Kept no longer: room has bounds, also while something reads.
                try checkpoint(&work, passingOver: progress, to: min(floor, progress.end))
                return .more
            }
            guard progress.next < progress.end else { return try finish(progress, .done) }
            let processed = processing.processedOrdinal
            guard processed + 1 >= progress.end, queue.nextOrdinal <= processed + 1 + Self.waitingMax else {
                run = work
                return .later
            }
            let next = try replace(progress, &work)
            if work.unflushedBytes >= Self.unflushedBytesMax || clock.uptime() - work.flushedAt >= Self.flushInterval,
                next < progress.end
            {
                try checkpoint(&work)
            }
            run = work
            return .more
        }
    }

    private func begun(_ progress: ReplayProgress) throws -> Run {
        var letters: [UInt64: Letters] = [:]
        try deadLetters.forEach(from: 0) { letter in
            if letter.ordinal >= progress.next {
                letters[letter.ordinal, default: Letters()].numbers.append(letter.number)
                letters[letter.ordinal]?.reason = letter.reason
            }
            return true
        }
        return Run(
            reader: queue.reader(from: progress.next),
            worker: ProcessingWorker(documents, only: NamePatterns(progress.indices)), letters: letters,
            flushedAt: clock.uptime())
    }

    /// The next documents; returns where they end. When it throws, they come again with a reader of their own.
    private func replace(_ progress: ReplayProgress, _ work: inout Run) throws -> UInt64 {
        var records: [QueuedRecord] = []
        var bytes = 0
        let lostBefore = work.reader.lostDocuments
        while bytes < Self.stepBytesMax, records.count < Self.stepRecordsMax, work.reader.position < progress.end,
            let record = try work.reader.next()
        {
            bytes += record.documents.bytes.count
            records.append(record)
        }
        var result = ProcessingWorker.Result(batch: LogBatch())
        do { result = try work.worker.run(ProcessingJob(number: 0, records: records)) } catch {
            onProblem("documents up to \(work.reader.position) cannot be read again: \(error)")
        }
        var taken = Set(result.ordinals)
        for letter in result.deadLetters { taken.remove(letter.ordinal) }
        let new = result.deadLetters.filter { work.letters[$0.ordinal]?.reason != $0.reason }
        try deadLetters.write(new, receivedAt: result.receivedAt)
        for letter in new { work.letters[letter.ordinal, default: Letters()].reason = letter.reason }
        let overtaken = work.letters.isEmpty ? [] : taken.flatMap { work.letters[$0]?.numbers ?? [] }
        var counts = try sink.replace(taken, with: result.batch)
        counts.failed = UInt64(result.deadLetters.count)
        counts.documents = UInt64(taken.count) + counts.failed
        work.unflushedBytes += bytes
        let lost = work.reader.lostDocuments - lostBefore
        let next = min(work.reader.position, progress.end)
        state.withLock { state in
            state.progress?.next = next
            state.progress?.counts += counts
            state.progress?.passedOver += lost
            state.overtaken += overtaken
        }
        return next
    }

    /// Puts what was done on stable storage, and then how far that is.
    private func checkpoint(_ work: inout Run) throws {
        try sink.flush()
        guard let progress = progress else { return }
        try write(progress)
        work.unflushedBytes = 0
        work.flushedAt = clock.uptime()
    }

    private func checkpoint(_ work: inout Run, passingOver progress: ReplayProgress, to floor: UInt64) throws {
        state.withLock { state in
            state.progress?.passedOver += floor - progress.next
            state.progress?.next = floor
        }
        try checkpoint(&work)
    }

    private func finish(_ progress: ReplayProgress, _ end: ReplayProgress.State) throws -> Step {
        try sink.flush()
        var progress = progress
        progress.state = end
        try write(progress)
        state.withLock { state in
            state.progress = progress
            state.isStopAsked = false
        }
        queue.pin(nil)
        return .idle
    }

    private func write(_ progress: ReplayProgress) throws {
        try fileSystem.replace(path, with: progress.bytes)
        queue.pin(progress.next)
    }
}
