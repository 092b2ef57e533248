import Basics
import HTTPAPI
import Ingest
import Logging
import Logs
import Pipeline
import SignalModel
import StateStore
import WireFormats

/// Logs from the request to the store: queue, workers, dead letters.
final class LogService: Sendable {
    let queue: DocumentQueue
    let deadLetters: DeadLetters
    let settledLetters: SettledLetters
    let processing: LogProcessing
    let replay: LogReplay
    let intake: LogIntake
    let progress: LogProgress
    let objects: StoredObjects
    let pipelines: PipelineProcessing
    let assignments: PipelineAssignments
    let pipelineResources: PipelineResources
    let syslog: SyslogIntake
    let kafka: [KafkaIntake]
    /// What is before the queue with `queue.kafka`.
    let topic: (queue: KafkaTopicQueue, positions: KafkaPositions)?
    let store: LogStorage
    let metrics: LogMetricsStorage
    let managedMetrics: ManagedLogMetrics
    let searches: SavedSearches
    /// Flushing, merging and trimming: it blocks for long.
    let thread = BlockingThreads(name: "logs", threads: 1, waitingMax: 2)
    /// Changes of stored objects, which sync.
    let objectThread = BlockingThreads(name: "log-objects", threads: 1, waitingMax: 64)
    /// What is processed again, beside what comes.
    private let replayThread = BlockingThreads(name: "log-replay", threads: 1, waitingMax: 1)
    private let clock: any WallClock
    private let logger: Logger
    /// How often what was counted is stored: as often as our own metrics are taken.
    private static let cutEvery = Duration.seconds(15)

    /// Reads what is stored; blocks.
    init(
        _ settings: LogsSettings, storage: String, disk: any FileSystem, state: StateDatabase,
        appender: any SampleAppender, ingestThreads: BlockingThreads, clock: any WallClock, logger: Logger
    ) throws {
        self.clock = clock
        self.logger = logger
        managedMetrics = try ManagedLogMetrics(
            settings.metrics, store: SQLiteLogNames(state, .metric), clock: clock, logger: logger)
        searches = try SavedSearches(KeptSavedSearches(store: SQLiteLogNames(state, .search)))
        let metrics = try LogMetricsStorage(
            managedMetrics.rules, path: storage + "/log-metrics", disk: disk, appender: appender, clock: clock,
            logger: logger)
        self.metrics = metrics
        store = try LogStorage(
            settings, metrics: metrics, directory: storage + "/logs", disk: disk, clock: clock, logger: logger)
        var options = DocumentQueueOptions()
        options.bytesMax = settings.queueBytes
        options.keptBytesMax = settings.keptBytes
        options.keptAge = settings.keptAge
        queue = try DocumentQueue(
            directory: storage + "/queue/logs", fileSystem: disk, clock: clock, options: options,
            nextOrdinalMin: max(store.durableOrdinal, metrics.metrics.ordinal) + 1,
            doneOrdinal: store.durableOrdinal + 1)
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
        settledLetters = try SettledLetters(
            deadLetters, keeping: KeptSettledLetters(store: SQLiteSettledLetters(state)))
        objects = try StoredObjects(KeptElasticsearchObjects(store: SQLiteElasticsearchObjects(state)))
        objects.configure(settings.pipelines.map(Self.configured))
        pipelineResources = settings.pipelineResources
        let assignments = PipelineAssignments()
        assignments.read(objects)
        self.assignments = assignments
        pipelines = PipelineProcessing(Self.pipelines(objects, pipelineResources, logger)) {
            assignments.pipelines(of: $0)
        }
        processing = LogProcessing(queue: queue, deadLetters: deadLetters, sink: store, processing: pipelines) {
            reason in
            logger.error("logs", metadata: ["reason": "\(reason)"])
        }
        replay = try LogReplay(
            queue: queue, processing: processing, deadLetters: deadLetters, sink: store, documents: pipelines,
            path: storage + "/queue/logs-replay", fileSystem: disk, clock: clock
        ) { reason in logger.error("logs processed again", metadata: ["reason": "\(reason)"]) }
        var limits = LogIntake.Limits()
        limits.bodyBytesMax = settings.requestBytesMax
        limits.documentBytesMax = min(
            settings.documentBytesMax, settings.topic?.documentBytesMax ?? settings.documentBytesMax)
        let arrivals = KafkaArrivals()
        let topic = try settings.topic.map { [queue] topic in
            try Self.open(
                topic, arrivals, KafkaPositions(path: storage + "/queue/kafka", disk: disk, queue: queue), clock,
                logger)
        }
        self.topic = topic
        intake = LogIntake(
            queue: queue, topic: topic?.queue, limits: limits, threads: ingestThreads, clock: clock)
        progress = LogProgress(
            queue: queue, processing: processing, clock: clock, arrival: { arrivals.awaited() })
        syslog = SyslogIntake(
            queue: topic?.queue ?? queue, documentBytesMax: limits.documentBytesMax, clock: clock)
        kafka = Self.inputs(settings, topic?.positions, arrivals).map { [queue] input, shared in
            KafkaIntake(
                input, shared: shared, queue: queue, clock: clock, documentBytesMax: settings.documentBytesMax
            ) { reason in
                logger.warning(
                    "Kafka", metadata: ["topics": "\(input.topics.joined(separator: " "))", "reason": "\(reason)"])
            }
        }
        processing.start(workers: settings.workers)
    }

    /// Pipelines of the configuration's files from now on.
    func use(_ files: [PipelineFile]) async throws {
        // Where pipelines are changed by the API, so that neither undoes the other.
        try await objectThread.run { [self] in
            objects.configure(files.map(Self.configured))
            pipelines.replace(Self.pipelines(objects, pipelineResources, logger))
        }
    }

    private static func configured(_ file: PipelineFile) -> StoredObjects.Configured {
        StoredObjects.Configured(kind: .pipeline, name: file.name, body: file.text, path: file.path)
    }

    /// One that this version cannot read any more is left out, and documents that ask for it become dead letters.
    private static func pipelines(
        _ objects: StoredObjects, _ resources: PipelineResources, _ logger: Logger
    ) -> PipelineSet {
        var set = PipelineSet.empty
        for object in objects.all(.pipeline) {
            do {
                let definition = try DocumentReader.object(Array(object.body.utf8))
                set = set.with(try Pipeline(name: object.name, definition, resources: resources))
            } catch {
                logger.error(
                    "a stored pipeline is not run", metadata: ["pipeline": "\(object.name)", "reason": "\(error)"])
            }
        }
        return set
    }

    /// Puts what is in memory into parts, merges, drops what is too old, and frees the queue of what is in parts.
    func maintain() async throws {
        var nextCut = clock.uptime() + Self.cutEvery
        while true {
            try await clock.sleep(until: clock.now() + .seconds(1))
            do {
                if clock.uptime() >= nextCut {
                    nextCut = clock.uptime() + Self.cutEvery
                    try await metrics.store(on: thread)
                }
                try await thread.run { [self] in
                    try store.maintain()
                    // Senders wait while it is full: what is processed need not stay in it.
                    let waiting = queue.statistics
                    if waiting.bytes > waiting.bytesMax / 2 { try store.flush() }
                    // In this order: what is durable has its positions in the file, or they are still under way.
                    let durable = store.durableOrdinal
                    queue.trim(below: min(durable + 1, try topic?.positions.store() ?? .max))
                    store.store.forgetSuperseded(below: queue.kept.ordinals.lowerBound)
                }
            } catch {
                logger.error("the store of logs", metadata: ["reason": "\(error)"])
                // What is done takes room that parts need.
                if case LogStoreError.disk(let disk) = error, disk.code == .noSpace { queue.giveUpKept() }
            }
        }
    }

    /// Processes documents again when somebody asks for it, and goes on with what a start found unfinished.
    func processAgain() async throws {
        while true {
            try Task.checkCancellation()
            let rest: Duration
            do {
                let step = try await replayThread.run { [replay] in try replay.step() }
                let overtaken = replay.takeOvertakenLetters()
                if !overtaken.isEmpty {
                    // Where the others are settled, one call after the other.
                    try await objectThread.run { [settledLetters] in
                        try settledLetters.settle(overtaken.map { $0..<$0 + 1 })
                    }
                }
                switch step {
                case .more: continue
                case .later: rest = .milliseconds(100)
                case .idle: rest = .milliseconds(500)
                }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                logger.error("logs processed again", metadata: ["reason": "\(error)"])
                rest = .seconds(1)
            }
            try await clock.sleep(until: clock.now() + rest)
        }
    }

    /// What was taken is on disk: what is not processed yet is after the next start.
    func close() async {
        if let topic {
            do {
                try await thread.run {
                    topic.queue.close()
                    _ = try topic.positions.store()
                }
            } catch {
                logger.warning(
                    "how far the topic is read is looked for in the queue", metadata: ["reason": "\(error)"])
            }
        }
        try? await replayThread.shutDown()
        queue.close()
        store.stopWaiting()
        processing.stop()
        deadLetters.close()
        do { try await metrics.store(on: thread) } catch {
            logger.warning(
                "what was counted of logs is stored after the next start", metadata: ["reason": "\(error)"])
        }
        do { try store.flush() } catch {
            logger.warning("the next start reads more of the queue of logs", metadata: ["reason": "\(error)"])
        }
        try? await thread.shutDown()
        try? await objectThread.shutDown()
    }
}
