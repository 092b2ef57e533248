import Basics
import HTTPAPI
import Logging
import Logs
import Pipeline
import SignalModel
import StateStore
import Traces

/// Spans from the request to the store: queue, processing, sampling table.
final class TraceService: Sendable {
    let queue: DocumentQueue
    let processing: SpanProcessing
    let intake: SpanIntake
    let metrics: SpanMetricsStorage
    let store: TraceStorage
    /// Nil without `traces.tail_sampling`.
    let tailSampler: TailSampler?
    let sampling: SamplingControl
    /// Flushing, merging and trimming: it blocks for long.
    private let thread = BlockingThreads(name: "traces", threads: 1, waitingMax: 2)
    private let clock: any WallClock
    private let logger: Logger
    /// As often as our own metrics are taken.
    private static let cutEvery = Duration.seconds(15)

    /// Reads what is stored; blocks.
    init(
        _ settings: TracesSettings, storage: String, disk: any FileSystem, state: StateDatabase,
        appender: any SampleAppender, ingestThreads: BlockingThreads, clock: any WallClock, logger: Logger
    ) throws {
        self.clock = clock
        self.logger = logger
        let store = TraceStorage(
            try TraceStore.open(
                directory: storage + "/traces", fileSystem: disk,
                settings: TraceStore.settings(retention: settings.retention)), clock: clock)
        self.store = store
        var counted = SpanMetricsSettings()
        counted.histograms = settings.histograms
        let metrics = try SpanMetricsStorage(
            counted, path: storage + "/span-metrics", disk: disk, appender: appender, clock: clock, logger: logger)
        self.metrics = metrics
        tailSampler = settings.tailSampling.map { TailSampler(before: store, $0, clock: clock) }
        var options = DocumentQueueOptions()
        options.bytesMax = settings.queueBytes
        let queue = try DocumentQueue(
            directory: storage + "/queue/traces", fileSystem: disk, clock: clock, options: options,
            nextOrdinalMin: max(store.durableOrdinal, metrics.durableOrdinal) + 1)
        self.queue = queue
        if queue.startReport.cutBytes > 0 {
            logger.warning(
                "the end of the queue of spans was half-written and is cut off; nobody was told it was durable",
                metadata: ["bytes": "\(queue.startReport.cutBytes)"])
        }
        for part in store.store.statistics.setAside {
            logger.error(
                "a damaged part of the store of spans is set aside",
                metadata: ["part": "\(part.name)", "reason": "\(part.reason)"])
        }
        sampling = try SamplingControl(
            environments: settings.sampling, keeping: KeptSamplingOverrides(store: SQLiteSamplingOverrides(state)))
        intake = SpanIntake(
            queue: queue, bodyBytesMax: settings.requestBytesMax, threads: ingestThreads, clock: clock)
        processing = SpanProcessing(queue: queue, sinks: [metrics, tailSampler ?? store]) { reason in
            logger.error("traces", metadata: ["reason": "\(reason)"])
        }
        processing.start()
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
                    try tailSampler?.releaseDue()
                    try store.maintain()
                    queue.trim(below: processing.durableOrdinal + 1)
                }
            } catch {
                logger.error("storing spans", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// What was taken is on disk: what is not processed yet is after the next start.
    func close() async {
        queue.close()
        processing.stop()
        do { try await metrics.store(on: thread) } catch {
            logger.warning("what was counted of spans is counted again", metadata: ["reason": "\(error)"])
        }
        do { try store.flush() } catch {
            logger.warning("the next start reads more of the queue of spans", metadata: ["reason": "\(error)"])
        }
        try? await thread.shutDown()
    }
}

/// What people set of sampling in the state database.
struct KeptSamplingOverrides: SamplingOverrideKeeping {
    let store: SQLiteSamplingOverrides

    func load() throws -> [SamplingTable.Override] { try store.load() }
    func put(_ override: SamplingTable.Override) throws { try store.put(override) }

    func remove(service: String, environment: String) throws {
        try store.remove(service: service, environment: environment)
    }
}
