import Basics
import Synchronization

/// Turns counts into rates, whoever looks how often: readings are taken `interval` apart and kept for a minute.
final class IngestMeter: Sendable {
    struct Figures: Sendable, Hashable {
        var latest: IngestCounts
        /// Nil until two readings lie apart.
        var samplesPerSecond: Double?
        var refusedPerSecond: Double?
        /// Mean over the syncs of the span; nil when there was none.
        var syncTime: Duration?
        var logFailures: Int
        var span: Duration
    }

    private struct Reading {
        var uptime: Duration
        var counts: IngestCounts
    }

    /// Reading walks the store's shards: more often than this it is not done, the last reading serves.
    static let interval = Duration.seconds(5)
    private static let span = Duration.seconds(60)

    private let clock: any WallClock
    private let read: @Sendable () async -> IngestCounts
    private let readings: Mutex<[Reading]>

    init(clock: any WallClock, read: @escaping @Sendable () async -> IngestCounts) {
        self.clock = clock
        self.read = read
        readings = Mutex([])
    }

    func figures() async -> Figures {
        let uptime = clock.uptime()
        if let known = readings.withLock({ $0.last }), uptime - known.uptime < Self.interval {
            return figures(at: known)
        }
        let reading = Reading(uptime: uptime, counts: await read())
        readings.withLock { readings in
            // Two people looking at once may both have read; their order does not matter, going back would.
            if let last = readings.last, last.uptime >= reading.uptime { return }
            readings.append(reading)
            // One reading older than the span stays: the far end of the rate.
            while readings.count > 2, uptime - readings[1].uptime >= Self.span { readings.removeFirst() }
        }
        return figures(at: reading)
    }

    private func figures(at latest: Reading) -> Figures {
        let first = readings.withLock { $0.first } ?? latest
        let span = latest.uptime - first.uptime
        var figures = Figures(
            latest: latest.counts, logFailures: latest.counts.logFailures - first.counts.logFailures, span: span)
        guard span > .zero else { return figures }
        figures.samplesPerSecond =
            Double(latest.counts.appendedSamples - first.counts.appendedSamples) / span.seconds
        figures.refusedPerSecond =
            Double(latest.counts.refusedSamples - first.counts.refusedSamples) / span.seconds
        let syncs = latest.counts.logSyncs - first.counts.logSyncs
        if syncs > 0 {
            let spent = latest.counts.logSyncTime - first.counts.logSyncTime
            figures.syncTime = spent / syncs
        }
        return figures
    }
}
