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
    private let logger: Logger
    /// One write of the checkpoint at a time, or an older one could be the last.
    private let writing = Mutex(())

    /// What a checkpoint may be; a larger file is none.
    private let checkpointBytesMax: Int

    /// Reads the checkpoint; blocks. One that is damaged is told, and counting begins anew.
    init(
        _ rules: [LogMetricRule], path: String, disk: any FileSystem, appender: any SampleAppender,
        clock: any WallClock, logger: Logger, checkpointBytesMax: Int = 512 << 20
    ) throws {
        self.path = path
        self.disk = disk
        self.appender = appender
        self.clock = clock
        self.logger = logger
        self.checkpointBytesMax = checkpointBytesMax
        var metrics = LogMetrics(rules)
        var damage: String?
        if disk.exists(path) {
            do {
                metrics = try LogMetrics(rules, checkpoint: try disk.read(path, bytesMax: checkpointBytesMax))
            } catch let error as CheckpointError {
                damage = "\(error)"
            } catch let error as FileSystemError where error.code == .tooLarge {
                damage = "\(error)"
            }
        }
        self.metrics = metrics
        if let damage { beginsAnew(damage) }
    }

    /// Puts what was counted until now on disk, unless nothing is counted.
    func keep() throws(FileSystemError) {
        guard !metrics.rules.isEmpty else { return }
        try writing.withLock { _ throws(FileSystemError) in try write(metrics.checkpoint) }
    }

    /// One that no start would read is not written; the store of logs, which waits for it, must go on.
    private func write(_ checkpoint: [UInt8]) throws(FileSystemError) {
        guard checkpoint.count > checkpointBytesMax else { return try disk.replace(path, with: checkpoint) }
        beginsAnew("\(checkpoint.count) bytes, more than \(checkpointBytesMax): logs.metrics has too many labels")
        metrics.beginAnew()
        try disk.replace(path, with: metrics.checkpoint)
    }

    private func beginsAnew(_ reason: String) {
        logger.error("the metrics of logs begin anew", metadata: ["file": "\(path)", "reason": "\(reason)"])
    }

    /// Stores what was counted until now: first the checkpoint, so that no counter falls back, then its samples.
    func store(on thread: BlockingThreads) async throws {
        guard !metrics.rules.isEmpty else { return }
        let cut = try await thread.run { [self] in
            try writing.withLock { _ in
                let cut = metrics.cut(at: clock.now())
                do { try write(cut.checkpoint) } catch {
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
