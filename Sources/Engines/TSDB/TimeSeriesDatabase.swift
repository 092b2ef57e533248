package import Basics
import SignalModel
import Synchronization

/// The newest samples in memory, made durable by a write-ahead log under `directory/wal`; older ones in immutable
/// blocks under `directory/blocks`, and where Prometheus has them, under `directory` itself. Log and blocks are in
/// Prometheus' formats, so a directory of its opens as it is.
///
/// Appends and queries may come from any thread at once; queries, maintenance, opening and closing block, so call
/// them from a thread that may. One process at a time may have a directory open.
package final class TimeSeriesDatabase: Sendable {
    let head: Head
    let log: LogWriter
    let fileSystem: any FileSystem
    let clock: any WallClock
    package let options: DatabaseOptions
    /// What opening found; its warnings belong into the program's log.
    package let replayReport: ReplayReport
    let logPath: String
    let blocks: BlockSet
    let blockFolder: String
    let snapshotFolder: String
    let archive: BlockArchive?
    /// What the latest snapshot was worth, for judging when the next one is due.
    let snapshotMark = Mutex(SnapshotMark())
    let randomness: any Randomness
    let compactionCounts = Mutex(CompactionCounts())
    /// One at a time cuts, merges, deletes.
    let maintenance = Mutex(())
    private let thread: Mutex<WorkerThread?>
    /// One truncation at a time.
    let truncation = Mutex(())

    private init(
        head: Head, log: LogWriter, thread: WorkerThread, replayReport: ReplayReport, logPath: String,
        blocks: BlockSet, blockFolder: String, archive: BlockArchive?, fileSystem: any FileSystem,
        clock: any WallClock,
        randomness: any Randomness, options: DatabaseOptions
    ) {
        self.head = head
        self.blocks = blocks
        self.blockFolder = blockFolder
        self.archive = archive
        snapshotFolder = BlockDirectory.parent(of: blockFolder) + "/" + HeadSnapshot.folderName
        snapshotMark.withLock { mark in
            mark.snapshotBytes = replayReport.snapshotBytes
            // What was replayed is what a snapshot would have saved.
            mark.logBytes = -replayReport.bytes
        }
        self.randomness = randomness
        self.log = log
        self.thread = Mutex(thread)
        self.replayReport = replayReport
        self.logPath = logPath
        self.fileSystem = fileSystem
        self.clock = clock
        self.options = options
    }

    deinit { close() }

    /// Reads the log and starts the thread that writes it. `progress` is called after each segment.
    ///
    /// Throws `SampleStoreError`: `corrupt` names segment and offset, `unavailable` what the disk said.
    package static func open(
        directory: String, fileSystem: any FileSystem, clock: any WallClock,
        randomness: any Randomness = SystemRandomness(), options: DatabaseOptions = DatabaseOptions(),
        progress: (ReplayReport) -> Void = { _ in }
    ) throws -> TimeSeriesDatabase {
        let start = clock.uptime()
        let makeHead = {
            Head(
                limits: HeadLimits(
                    ageMax: options.sampleAgeMax, futureMax: options.sampleFutureMax,
                    lateWindow: options.outOfOrderWindow, seriesMax: options.seriesMax,
                    exemplarsMax: options.exemplarsMax))
        }
        let head: Head
        let logPath = directory + "/wal"
        let blockFolder = directory + "/blocks"
        let nextSegment: Int
        var report: ReplayReport
        let loaded: LoadedBlocks
        do {
            loaded = try LoadedBlocks([directory, blockFolder], fileSystem)
            let found = try LogDirectory(logPath, fileSystem)
            let replay: Replay
            (head, replay) = try begin(
                makeHead, loaded, found, snapshots: directory + "/" + HeadSnapshot.folderName, fileSystem, options)
            try replay.run(found, progress: progress)
            try found.removeLeftovers(fileSystem)
            nextSegment = found.nextSegment
            report = replay.report
        } catch let error as FileSystemError {
            throw SampleStoreError(.unavailable, "write-ahead log: \(error)")
        }
        report.warnings = loaded.warnings + report.warnings
        report.blocks = loaded.blocks.count
        report.took = clock.uptime() - start
        let archive = try options.archive.map { try BlockArchive($0) }
        let blocks = BlockSet()
        blocks.replace([], with: loaded.blocks)
        let segments = SegmentWriter(
            fileSystem: fileSystem, directory: logPath, nextSegment: nextSegment, segmentBytes: options.segmentBytes)
        let log = LogWriter(head: head, segments: segments, clock: clock, queuedBytesMax: options.queuedBytesMax)
        guard let thread = WorkerThread({ log.run() }) else {
            throw SampleStoreError(.unavailable, "write-ahead log: no thread to be had")
        }
        return TimeSeriesDatabase(
            head: head, log: log, thread: thread, replayReport: report, logPath: logPath, blocks: blocks,
            blockFolder: blockFolder, archive: archive, fileSystem: fileSystem, clock: clock, randomness: randomness,
            options: options)
    }

    /// A head with the newest snapshot that is good, or an empty one, and the replay that goes on from there.
    private static func begin(
        _ makeHead: () -> Head, _ loaded: LoadedBlocks, _ log: LogDirectory, snapshots folder: String,
        _ fileSystem: any FileSystem, _ options: DatabaseOptions
    ) throws -> (Head, Replay) {
        func fresh() -> (Head, Replay) {
            let head = makeHead()
            // What a block holds is not taken from the log again.
            if let end = loaded.blocks.map(\.meta.maxTime).max() { head.close(before: end) }
            return (head, Replay(head: head, fileSystem: fileSystem, repairs: options.repairsDamage))
        }
        // One that is older than the checkpoint lacks segments in between.
        guard let newest = try HeadSnapshot.numbers(in: folder, fileSystem).first, newest >= log.checkpoint ?? -1,
            newest < log.nextSegment
        else { return fresh() }
        let (head, replay) = fresh()
        do {
            try replay.begin(with: newest, in: folder)
            return (head, replay)
        } catch let error as SampleStoreError {
            let (head, replay) = fresh()
            replay.note("snapshot passed over: \(error)")
            return (head, replay)
        }
    }

    /// Writes what is queued and ends the log's thread. Appends from now on are refused, queries go on.
    package func close() {
        let thread = thread.withLock { $0.take() }
        log.close()
        thread?.join()
    }

    // MARK: Truncation

    /// Drops samples older than `time`: chunks in memory, then — by a checkpoint — what the log holds of them.
    /// A chunk, or a segment still being written, goes when all of it is older.
    package func truncate(before time: Timestamp) throws {
        head.truncate(before: time.milliseconds)
        try truncateLog(before: time)
    }

    func truncateLog(before time: Timestamp) throws {
        try truncation.withLock { _ in
            guard let last = log.cutSegment() else {
                throw SampleStoreError(.unavailable, "the store is shutting down")
            }
            do {
                let directory = try LogDirectory(logPath, fileSystem)
                guard directory.segments.contains(where: { $0.number <= last }) else { return }
                try Checkpoint(
                    fileSystem: fileSystem, directory: directory, segmentBytes: options.segmentBytes,
                    before: time.milliseconds, late: head.lateTimes(before: time.milliseconds), liveRefs: head.refs()
                ).write(through: last)
            } catch let error as FileSystemError {
                throw SampleStoreError(.unavailable, "checkpoint: \(error)")
            }
        }
    }
}
