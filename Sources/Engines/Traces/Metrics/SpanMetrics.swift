package import Basics
package import SignalModel
internal import Synchronization

/// Counts requests, errors, durations and calls between services as spans pass, each as often as the rate of sampling
/// says (docs/traces.md has the names). Exact over a crash: `cut` gives the samples and, to be made durable before
/// these are stored, a checkpoint with everything counted and the document of the queue it reaches to. What is read
/// again after a restart and is in the checkpoint is passed over, so counters never fall back and count nothing twice.
///
/// Safe from several threads; documents have to come in the order of the queue.
package final class SpanMetrics: Sendable {
    private static func magic(_ version: UInt8) -> [UInt8] { Array("SBSM".utf8) + [version] }
    /// The first version had no native histograms.
    private static let version: UInt8 = 2

    let settings: SpanMetricsSettings
    private let state: Mutex<State>

    struct State: Sendable {
        var ordinal: UInt64 = 0
        /// Of the cut before.
        var cutTime: Timestamp?
        var calls: CallTable
        var edges: EdgeTable
    }

    package init(_ settings: SpanMetricsSettings = SpanMetricsSettings()) {
        self.settings = settings
        state = Mutex(State(calls: CallTable(settings), edges: EdgeTable(settings)))
    }

    /// Goes on from a checkpoint. Throws when it is damaged, or was made with other buckets: counters begin anew then,
    /// as after any other reset.
    package init(
        _ settings: SpanMetricsSettings = SpanMetricsSettings(), checkpoint: [UInt8]
    ) throws(CheckpointError) {
        self.settings = settings
        let isFirstVersion = checkpoint.starts(with: Self.magic(1))
        var reader = try CheckpointReader(checkpoint, magic: Self.magic(isFirstVersion ? 1 : Self.version))
        guard try reader.doubles() == settings.bucketSeconds else {
            throw CheckpointError("other buckets of durations than are configured")
        }
        let hasNative = try isFirstVersion ? false : reader.number() == 1
        var state = State(calls: CallTable(settings), edges: EdgeTable(settings))
        state.ordinal = try reader.number()
        let time = Int64(bitPattern: try reader.number())
        state.cutTime = time == .min ? nil : Timestamp(milliseconds: time)
        try state.calls.read(&reader, hasNative: hasNative)
        try state.edges.read(&reader, hasNative: hasNative)
        try reader.finish()
        self.state = Mutex(state)
    }

    /// The last document that is counted.
    package var ordinal: UInt64 { state.withLock { $0.ordinal } }

    /// Counts the spans of a document that came at `now`; passes it over when it is counted already.
    package func observe(_ batch: SpanBatch, through ordinal: UInt64, now: Timestamp) {
        state.withLock { state in
            guard ordinal > state.ordinal else { return }
            state.ordinal = ordinal
            state.edges.expire(now)
            guard !batch.spans.isEmpty else { return }
            var numbers = BatchNumbers(batch)
            for span in batch.spans {
                state.calls.add(span, batch, &numbers, now)
                state.edges.add(span, batch, &numbers, now)
            }
        }
    }

    package struct Cut: Sendable {
        /// To be on disk before `samples` are stored.
        package var checkpoint: [UInt8]
        package var samples: SampleBatch
        /// The document of the queue that both reach to.
        package var ordinal: UInt64
    }

    /// Everything counted until now. Times of cuts have to grow.
    package func cut(at now: Timestamp) -> Cut {
        state.withLock { state in
            var samples = SampleBatch()
            state.edges.expire(now)
            // A series begins with zero, where the cut before stood: what it counted since is seen as increase.
            let before = max(
                state.cutTime ?? .distantPast, Timestamp(milliseconds: now.milliseconds - 60_000))
            state.calls.write(to: &samples, at: now, before: before)
            state.edges.write(to: &samples, at: now, before: before)
            state.calls.dropIdle(now)
            state.edges.dropIdle(now)
            state.cutTime = now
            var writer = CheckpointWriter(magic: Self.magic(Self.version))
            writer.append(settings.bucketSeconds)
            writer.append(UInt64(settings.histograms == .classic ? 0 : 1))
            writer.append(state.ordinal)
            writer.append(UInt64(bitPattern: now.milliseconds))
            state.calls.write(to: &writer)
            state.edges.write(to: &writer)
            return Cut(checkpoint: writer.finish(), samples: samples, ordinal: state.ordinal)
        }
    }

    /// The samples of the last cut were not stored: the next one begins the same series again.
    package func repeatStarts() {
        state.withLock { state in
            state.calls.repeatStarts()
            state.edges.repeatStarts()
        }
    }

    /// Spans that count as operation or service `other`, since there are too many.
    package var overflowCount: UInt64 { state.withLock { $0.calls.overflowCount } }
    package var seriesCount: Int { state.withLock { $0.calls.count + $0.edges.count } }
}
