import Basics
import HTTPAPI
import Logging
import Logs
import SignalModel
import Synchronization

/// The metrics made of log records, with their checkpoint on disk. It is durable before the store of logs is past the
/// documents it counts, and before its samples are stored: so after a crash nothing is counted twice or left out.
final class LogMetricsStorage: Sendable {
    let metrics: LogMetrics
    private let path: String
    private let disk: any FileSystem
    private let appender: any SampleAppender
    private let clock: any WallClock
    /// One write of the checkpoint at a time, or an older one could be the last.
    private let writing = Mutex(())

    /// What a checkpoint may be; a larger file is none.
    private static let checkpointBytesMax = 512 << 20

    /// Reads the checkpoint; blocks. One that is damaged is told, and counting begins anew.
    init(
        _ rules: [LogMetricRule], path: String, disk: any FileSystem, appender: any SampleAppender,
        clock: any WallClock, logger: Logger
    ) throws {
        self.path = path
        self.disk = disk
        self.appender = appender
        self.clock = clock
        var metrics = LogMetrics(rules)
        if disk.exists(path) {
            do {
                metrics = try LogMetrics(rules, checkpoint: try disk.read(path, bytesMax: Self.checkpointBytesMax))
            } catch let error as CheckpointError {
                logger.error(
                    "the metrics of logs begin anew", metadata: ["file": "\(path)", "reason": "\(error)"])
            }
        }
        self.metrics = metrics
    }

    /// Puts what was counted until now on disk, unless nothing is counted.
    func keep() throws(FileSystemError) {
        guard !metrics.rules.isEmpty else { return }
        try writing.withLock { _ throws(FileSystemError) in try disk.replace(path, with: metrics.checkpoint) }
    }

    /// Stores what was counted until now: first the checkpoint, so that no counter falls back, then its samples.
    func store(on thread: BlockingThreads) async throws {
        guard !metrics.rules.isEmpty else { return }
        let cut = try await thread.run { [self] in
            try writing.withLock { _ in
                let cut = metrics.cut(at: clock.now())
                do { try disk.replace(path, with: cut.checkpoint) } catch {
                    metrics.repeatStarts()
                    throw error
                }
                return cut
            }
        }
        guard !cut.samples.isEmpty else { return }
        do { _ = try await appender.append(cut.samples, policy: .keepValid) } catch {
            metrics.repeatStarts()
            throw error
        }
    }
}
