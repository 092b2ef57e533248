import Basics
import HTTPAPI
import Ingest
import Logging
import Logs
import Pipeline
import StateStore

/// Logs from the request to the store: queue, workers, dead letters.
final class LogService: Sendable {
    let queue: DocumentQueue
    let deadLetters: DeadLetters
    let processing: LogProcessing
    let intake: LogIntake
    let objects: StoredObjects
    let syslog: SyslogIntake
    let store: LogStorage
    /// Flushing, merging and trimming: it blocks for long.
    let thread = BlockingThreads(name: "logs", threads: 1, waitingMax: 2)
    /// Changes of stored objects, which sync.
    let objectThread = BlockingThreads(name: "log-objects", threads: 1, waitingMax: 64)
    private let clock: any WallClock
    private let logger: Logger

    /// Reads what is stored; blocks.
    init(
        _ settings: LogsSettings, storage: String, disk: any FileSystem, state: StateDatabase,
        ingestThreads: BlockingThreads, clock: any WallClock, logger: Logger
    ) throws {
        self.clock = clock
        self.logger = logger
        store = try LogStorage(settings, directory: storage + "/logs", disk: disk, clock: clock, logger: logger)
        var options = DocumentQueueOptions()
        options.bytesMax = settings.queueBytes
        queue = try DocumentQueue(
            directory: storage + "/queue/logs", fileSystem: disk, clock: clock, options: options,
            nextOrdinalMin: store.durableOrdinal + 1)
        if queue.startReport.cutBytes > 0 {
            logger.warning(
                "the end of the queue of logs was half-written and is cut off; nobody was told it was durable",
                metadata: ["bytes": "\(queue.startReport.cutBytes)"])
        }
        for part in store.store.statistics.setAside {
            logger.error(
                "a damaged part of the store of logs is set aside",
                metadata: ["part": "\(part.name)", "reason": "\(part.reason)"])
        }
        deadLetters = try DeadLetters(
            directory: storage + "/dead-letters/logs", fileSystem: disk, clock: clock,
            bytesMax: settings.deadLetterBytes, durableOrdinal: store.durableOrdinal)
        processing = LogProcessing(queue: queue, deadLetters: deadLetters, sink: store, processing: nil) { reason in
            logger.error("logs", metadata: ["reason": "\(reason)"])
        }
        var limits = LogIntake.Limits()
        limits.bodyBytesMax = settings.requestBytesMax
        limits.documentBytesMax = settings.documentBytesMax
        intake = LogIntake(queue: queue, limits: limits, threads: ingestThreads, clock: clock)
        syslog = SyslogIntake(queue: queue, clock: clock)
        objects = try StoredObjects(KeptElasticsearchObjects(store: SQLiteElasticsearchObjects(state)))
        processing.start(workers: settings.workers)
    }

    /// Puts what is in memory into parts, merges, drops what is too old, and frees the queue of what is in parts.
    func maintain() async throws {
        while true {
            try await clock.sleep(until: clock.now() + .seconds(1))
            do {
                try await thread.run { [self] in
                    try store.maintain()
                    queue.trim(below: store.durableOrdinal + 1)
                }
            } catch {
                logger.error("the store of logs", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// What was taken is on disk: what is not processed yet is after the next start.
    func close() async {
        queue.close()
        store.stopWaiting()
        processing.stop()
        deadLetters.close()
        do { try store.flush() } catch {
            logger.warning("the next start reads more of the queue of logs", metadata: ["reason": "\(error)"])
        }
        try? await thread.shutDown()
        try? await objectThread.shutDown()
    }
}
