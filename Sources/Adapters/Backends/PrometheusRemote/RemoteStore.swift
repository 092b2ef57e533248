package import Basics
package import Logging
import NIOPosix
package import PromQL
package import SignalModel

/// Samples kept by a backend that speaks Prometheus' protocols: what comes in is durable here and forwarded, what is
/// asked is asked there.
package final class RemoteStore: Sendable {
    package struct Statistics: Sendable {
        package var queue: RemoteQueue.Statistics
        package var appended: RemoteAppender.Statistics
        package var forwarded: RemoteForwarder.Statistics
    }

    package let appender: RemoteAppender
    package let source: RemoteSource
    private let queue: RemoteQueue
    private let forwarder: RemoteForwarder
    private let asking: RemoteAsking
    /// One thread writes and one reads.
    private let disk = NIOThreadPool(numberOfThreads: 2)
    private let arrivals: AsyncStream<Void>

    /// Reads the queue in `directory`; blocks for as long as that takes.
    package init(
        _ settings: RemoteStoreSettings, directory: String, fileSystem: any FileSystem,
        transport: any RemoteTransport, clock: any WallClock, randomness: any Randomness, logger: Logger
    ) throws {
        let (arrivals, arrivalsIn) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.arrivals = arrivals
        queue = try RemoteQueue(directory, fileSystem: fileSystem, bytesMax: settings.queueBytesMax) { reason in
            logger.error("the queue to the backend of metrics.remote", metadata: ["reason": "\(reason)"])
        }
        disk.start()
        appender = RemoteAppender(
            queue: queue, disk: disk, uptime: { clock.uptime() }, onArrival: { arrivalsIn.yield() })
        forwarder = RemoteForwarder(
            queue: queue, transport: transport, settings: settings, clock: clock, randomness: randomness, disk: disk,
            logger: logger)
        asking = RemoteAsking(transport: transport, settings: settings, clock: clock)
        source = RemoteSource(asking: asking)
    }

    // A start that failed half-way.
    deinit { disk.shutdownGracefully { _ in } }

    package func evaluator(_ limits: QueryLimits) -> any QueryEvaluator {
        RemoteEvaluator(asking: asking, limits: limits)
    }

    package var statistics: Statistics {
        Statistics(queue: queue.statistics, appended: appender.statistics, forwarded: forwarder.statistics)
    }

    /// Forwards until its task is cancelled, which also ends the queries under way: nothing waits for a backend that
    /// does not answer. To be called once.
    package func run() async throws {
        defer { asking.end() }
        try await forwarder.run(arrivals)
    }

    package func close() async {
        asking.end()
        try? await disk.shutdownGracefully()
        queue.close()
    }
}
