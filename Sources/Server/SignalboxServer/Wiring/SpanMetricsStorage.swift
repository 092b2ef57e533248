import Basics
import HTTPAPI
import Logging
import Pipeline
import SignalModel
import Synchronization
import Traces

/// The metrics made of spans, as processing sees them, with their checkpoint on disk.
final class SpanMetricsStorage: SpanSink {
    let metrics: SpanMetrics
    private let path: String
    private let disk: any FileSystem
    private let appender: any SampleAppender
    private let clock: any WallClock
    private let durable: Atomic<UInt64>

    /// What a checkpoint may be; a larger file is none.
    private static let checkpointBytesMax = 256 << 20

    /// Reads the checkpoint; blocks. One that is damaged is told, and counting begins anew.
    init(
        _ settings: SpanMetricsSettings, path: String, disk: any FileSystem, appender: any SampleAppender,
        clock: any WallClock, logger: Logger
    ) throws {
        self.path = path
        self.disk = disk
        self.appender = appender
        self.clock = clock
        var metrics = SpanMetrics(settings)
        if disk.exists(path) {
            do {
                metrics = try SpanMetrics(
                    settings, checkpoint: try disk.read(path, bytesMax: Self.checkpointBytesMax))
            } catch let error as CheckpointError {
                logger.error(
                    "the metrics of spans begin anew", metadata: ["file": "\(path)", "reason": "\(error)"])
            }
        }
        self.metrics = metrics
        durable = Atomic(metrics.ordinal)
    }

    func append(_ batch: SpanBatch, through ordinal: UInt64) throws {
        metrics.observe(batch, through: ordinal, now: clock.now())
    }

    var durableOrdinal: UInt64 { durable.load(ordering: .acquiring) }

    /// Stores what was counted until now: first the checkpoint, so that no counter falls back, then its samples.
    func store(on thread: BlockingThreads) async throws {
        let cut = try await thread.run { [self] in
            let cut = metrics.cut(at: clock.now())
            try disk.replace(path, with: cut.checkpoint)
            durable.store(cut.ordinal, ordering: .releasing)
            return cut
        }
        guard !cut.samples.isEmpty else { return }
        do { _ = try await appender.append(cut.samples, policy: .keepValid) } catch {
            metrics.repeatStarts()
            throw error
        }
    }
}
