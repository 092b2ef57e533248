import Basics
import Synchronization

/// The part of the store that takes new samples: everything in memory, made durable by the log.
///
/// Locks are taken in this order: shards ascending, then the log's queue, the label index or the exemplars, never two of them.
final class Head: Sendable {
    let shards: [HeadShard]
    let index = LabelIndex()
    let limits: HeadLimits
    /// Raised before a new series is created; the highest one in use.
    let lastRef = Atomic<UInt64>(0)
    let seriesCount = Atomic<Int>(0)
    /// Times of applied samples; `Int64.max` and `Int64.min` while there are none.
    let minTime = Atomic<Int64>(.max)
    let maxTime = Atomic<Int64>(.min)
    /// The time before it lies in blocks: an older sample is late, or too late.
    let validFrom = Atomic<Int64>(.min)
    /// Late samples that no block holds yet.
    let lateCount = Atomic<Int>(0)
    let counters = Mutex(HeadCounters())
    let exemplars: Mutex<ExemplarRing>

    init(limits: HeadLimits) {
        self.limits = limits
        exemplars = Mutex(ExemplarRing(capacity: limits.exemplarsMax))
        shards = (0..<SeriesLocation.shardCount).map { HeadShard(number: $0) }
    }

    /// The oldest time a sample may have now: an hour behind the newest one, as Prometheus has it (half a block
    /// range), because the block in front of it may already be cut.
    var oldestAccepted: Int64 {
        let newest = maxTime.load(ordering: .acquiring)
        let truncated = validFrom.load(ordering: .acquiring)
        // Times read from a log may be anything.
        let (oldest, isBeforeAll) = newest.subtractingReportingOverflow(limits.ageMax.milliseconds)
        return isBeforeAll ? truncated : max(truncated, oldest)
    }

    /// The oldest time a sample may have and still be taken as late; nil without a window for such.
    var oldestLate: Int64? {
        guard limits.lateWindow > .zero else { return nil }
        let newest = maxTime.load(ordering: .acquiring)
        let (oldest, isBeforeAll) = newest.subtractingReportingOverflow(limits.lateWindow.milliseconds)
        return isBeforeAll ? .min : oldest
    }

    func nextRef() -> UInt64 { lastRef.add(1, ordering: .relaxed).newValue }

    /// Refuses older samples from now on. When it returns, no admission under the old rule is under way.
    func close(before time: Int64) {
        if time > validFrom.load(ordering: .relaxed) { validFrom.store(time, ordering: .releasing) }
        for shard in shards {
            shard.lock.lock()
            shard.lock.unlock()
        }
    }

    /// Called by one thread at a time: the log's, or replay.
    func widen(_ first: Int64, _ last: Int64) {
        if first < minTime.load(ordering: .relaxed) { minTime.store(first, ordering: .releasing) }
        if last > maxTime.load(ordering: .relaxed) { maxTime.store(last, ordering: .releasing) }
    }
}

struct HeadLimits: Sendable {
    var ageMax: Duration
    var futureMax: Duration
    /// How far behind the newest sample of all series one may be that is not newer than its own series'.
    var lateWindow = Duration.zero
    var seriesMax: Int
    var exemplarsMax = 0
}

struct HeadCounters: Sendable {
    var appendedSamples = 0
    var duplicateSamples = 0
    var lateSamples = 0
    var createdSeries = 0
    var removedSeries = 0
    /// By `AppendOutcome.Reason.index`.
    var refusedByReason = [Int](repeating: 0, count: 5)
}
