package import Basics
package import SignalModel
import Synchronization
package import WireFormats

/// Adds up what senders of delta temporality send, so that series hold counters as everybody else's do.
///
/// Only memory remembers the sums. Where a series begins here, whether for the first time or after a restart, a zero is
/// put at the start of its first increment: to PromQL the counter was reset, and no increase is lost or counted twice.
/// The sum moves before it is durable; a sender that then sends the same increment again gets the same sum stored.
/// May be called from any thread.
package final class DeltaStreams: Sendable {
    /// Increments left out, and why, of the first ones.
    package struct Report: Sendable, Hashable {
        package var refused = 0
        package var problems: [String] = []
        fileprivate static let problemsMax = 8

        fileprivate mutating func refuse(_ problem: @autoclosure () -> String) {
            refused += 1
            if problems.count < Self.problemsMax { problems.append(problem()) }
        }
    }

    private enum Sum {
        case float(Double)
        case histogram(NativeHistogram)

        var bytesCount: Int {
            switch self {
            case .float: 0
            case .histogram(let histogram): 160 + 12 * (histogram.positive.count + histogram.negative.count)
            }
        }
    }

    private struct Stream {
        var labels: [UInt8]
        /// Milliseconds since the epoch.
        var newest: Int64
        var sum: Sum
        var heardAt: Duration

        var bytesCount: Int { 96 + labels.count + sum.bytesCount }
    }

    private struct State {
        /// By the hash of the labels, or a number behind it when several share one.
        var streams: [UInt64: Stream] = [:]
        var bytesCount = 0
        var sweptAt: Duration
    }

    /// Memory for sums, about; increments of further series are refused while it is full.
    package static let bytesMax = 128 << 20
    /// A series silent for longer is forgotten, which costs no more than a restart does.
    private static let silenceMax = Duration.seconds(3600)
    private static let sweepInterval = Duration.seconds(60)
    /// An increment over a longer time gets no zero at its start: the store takes nothing so old.
    private static let incrementSpanMax: Int64 = 1_800_000
    /// Increments further ahead of the clock are refused: those behind them would be late for good. Milliseconds.
    private static let aheadMax: Int64 = 600_000

    private let clock: any WallClock
    private let bytesMax: Int
    private let state: Mutex<State>

    package init(clock: any WallClock, bytesMax: Int = DeltaStreams.bytesMax) {
        self.clock = clock
        self.bytesMax = bytesMax
        state = Mutex(State(sweptAt: clock.uptime()))
    }

    package var count: Int { state.withLock { $0.streams.count } }

    /// The batch with sums in the place of increments.
    package func summed(_ batch: OTLPBatch) -> (SampleBatch, Report) {
        var report = Report()
        if batch.increments.isEmpty { return (batch.samples, report) }
        let uptime = clock.uptime()
        let latest = clock.now().milliseconds + Self.aheadMax
        let samples = batch.samples
        var result = SampleBatch()
        var increments = batch.increments[...]
        state.withLock { state in
            sweep(&state, uptime)
            for (place, entry) in samples.entries.enumerated() {
                guard let increment = increments.first, increment.entry == place else {
                    result.append(entry: place, of: samples)
                    continue
                }
                increments.removeFirst()
                guard let sample = samples.samples(of: entry).first else { continue }
                let sum: Sum =
                    HistogramBox.isBox(sample.value)
                    ? .histogram(samples.histograms[HistogramBox.place(sample.value)]) : .float(sample.value)
                let labels = samples.labelBytes[entry.labelsStart..<entry.labelsStart + entry.labelsCount]
                let added = Self.add(
                    sum, at: sample.timestamp.milliseconds, latest: latest, entry.hash, labels, uptime, bytesMax,
                    &state)
                switch added {
                case .failure(let refusal):
                    report.refuse("series \(samples.labels(of: entry)): \(refusal.reason)")
                case .success(let (total, isNew)):
                    result.beginSeries { $0.append(contentsOf: labels) }
                    if isNew, let zeroTime = Self.zeroTime(increment, before: sample.timestamp) {
                        Self.append(Self.zero(of: total), at: zeroTime, to: &result)
                    }
                    Self.append(total, at: sample.timestamp, to: &result)
                    result.appendExemplars(ofEntry: place, of: samples)
                }
            }
        }
        return (result, report)
    }

    /// The end of the increment before it may be stored already, at the very start.
    private static func zeroTime(_ increment: OTLPBatch.Increment, before time: Timestamp) -> Timestamp? {
        guard let start = increment.start, start + .milliseconds(1) < time,
            (time - start).milliseconds <= incrementSpanMax
        else { return nil }
        return start + .milliseconds(1)
    }

    private struct Refusal: Error {
        var reason: String
    }

    private static func add(
        _ increment: Sum, at time: Int64, latest: Int64, _ hash: UInt64, _ labels: ArraySlice<UInt8>,
        _ uptime: Duration, _ bytesMax: Int, _ state: inout State
    ) -> Result<(Sum, isNew: Bool), Refusal> {
        guard time <= latest else {
            return .failure(Refusal(reason: "an increment from \(text(time)), too far in the future"))
        }
        var key = hash
        while let other = state.streams[key], !other.labels[...].elementsEqual(labels) { key &+= 1 }
        guard var stream = state.streams[key] else {
            let fresh = Stream(labels: Array(labels), newest: time, sum: increment, heardAt: uptime)
            guard state.bytesCount + fresh.bytesCount <= bytesMax else {
                return .failure(Refusal(reason: "there is no memory to add up the increments of more series"))
            }
            state.streams[key] = fresh
            state.bytesCount += fresh.bytesCount
            return .success((increment, isNew: true))
        }
        guard time >= stream.newest else {
            return .failure(
                Refusal(reason: "an increment of \(text(time)), older than the newest, of \(text(stream.newest))"))
        }
        // The same again: its sender did not hear that it was stored, or it was not.
        if time > stream.newest {
            state.bytesCount -= stream.bytesCount
            stream.sum = total(stream.sum, increment)
            stream.newest = time
            state.bytesCount += stream.bytesCount
        }
        stream.heardAt = uptime
        state.streams[key] = stream
        return .success((stream.sum, isNew: false))
    }

    /// What cannot be added begins anew, as after a reset.
    private static func total(_ sum: Sum, _ increment: Sum) -> Sum {
        switch (sum, increment) {
        case (.float(let sum), .float(let increment)): return .float(sum + increment)
        case (.histogram(var sum), .histogram(let increment)):
            let isWhole = !sum.isFloat && !increment.isFloat && sum.count + increment.count < 0x1p53
            guard (try? sum.add(increment)) != nil else { return .histogram(increment) }
            sum.isFloat = !isWhole
            return .histogram(sum)
        default: return increment
        }
    }

    private static func zero(of sum: Sum) -> Sum {
        guard case .histogram(let histogram) = sum else { return .float(0) }
        return .histogram(
            NativeHistogram(
                schema: histogram.schema, zeroThreshold: histogram.zeroThreshold,
                customBounds: histogram.customBounds, isFloat: histogram.isFloat))
    }

    private static func append(_ sum: Sum, at time: Timestamp, to batch: inout SampleBatch) {
        switch sum {
        case .float(let value): batch.append(Sample(timestamp: time, value: value))
        case .histogram(let histogram): batch.append(histogram, at: time)
        }
    }

    private func sweep(_ state: inout State, _ uptime: Duration) {
        guard uptime - state.sweptAt >= Self.sweepInterval else { return }
        state.sweptAt = uptime
        state.streams = state.streams.filter { uptime - $0.value.heardAt <= Self.silenceMax }
        state.bytesCount = state.streams.values.reduce(0) { $0 + $1.bytesCount }
    }

    private static func text(_ milliseconds: Int64) -> String {
        RFC3339.format(Timestamp(milliseconds: milliseconds))
    }
}
