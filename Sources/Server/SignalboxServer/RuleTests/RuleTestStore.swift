import Basics
import SignalModel
import Synchronization
import WireFormats

/// The series of one unit test in memory: those that the test describes, as time comes to them, and those that the
/// rules write.
final class RuleTestStore: SampleSource, SampleAppender {
    struct Series: SelectedSeries {
        let labels: Labels
        fileprivate(set) var samples = SampleBuffer()

        func read(from: Timestamp, through: Timestamp, into buffer: inout SampleBuffer) throws {
            // By halves to the first that is not before.
            var low = 0
            var high = samples.count
            while low < high {
                let middle = (low + high) / 2
                if samples.timestamps[middle] < from.milliseconds { low = middle + 1 } else { high = middle }
            }
            while low < samples.count, samples.timestamps[low] <= through.milliseconds {
                let value = samples.values[low]
                if HistogramBox.isBox(value) {
                    buffer.append(samples.timestamps[low], samples.histograms[HistogramBox.place(value)])
                } else {
                    buffer.append(samples.timestamps[low], value)
                }
                low += 1
            }
        }
    }

    private struct State {
        var series: [Labels: Series] = [:]
        /// Of each described series the next value.
        var next: [Int]
    }

    private let test: RuleTest
    private let state: Mutex<State>

    init(_ test: RuleTest) {
        self.test = test
        state = Mutex(State(next: test.series.map { _ in 0 }))
    }

    /// Puts in the described samples up to `time`.
    func load(through time: Timestamp) {
        state.withLock { state in
            for (place, described) in test.series.enumerated() {
                while state.next[place] < described.values.count {
                    let at = test.start + test.interval * state.next[place]
                    guard at <= time else { break }
                    if let value = described.values[state.next[place]] {
                        let histogram =
                            HistogramBox.isBox(value) ? described.histograms[HistogramBox.place(value)] : nil
                        _ = Self.add(described.labels, at.milliseconds, value, histogram, to: &state)
                    }
                    state.next[place] += 1
                }
            }
        }
    }

    private static func add(
        _ labels: Labels, _ time: Int64, _ value: Double, _ histogram: NativeHistogram?, to state: inout State
    ) -> AppendOutcome.Reason? {
        var buffer = SampleBuffer()
        swap(&buffer, &state.series[labels, default: Series(labels: labels)].samples)
        defer { swap(&buffer, &state.series[labels, default: Series(labels: labels)].samples) }
        if let newest = buffer.timestamps.last, newest >= time {
            if newest > time { return .outOfOrder }
            let isSame = histogram == nil && buffer.values.last?.bitPattern == value.bitPattern
            return isSame ? nil : .duplicateTimestamp
        }
        if let histogram { buffer.append(time, histogram) } else { buffer.append(time, value) }
        return nil
    }

    func append(_ batch: SampleBatch, policy: AppendPolicy) async throws -> AppendOutcome { append(batch) }

    func append(_ batch: SampleBatch) -> AppendOutcome {
        state.withLock { state in
            var outcome = AppendOutcome()
            for (place, entry) in batch.entries.enumerated() {
                for sample in batch.samples(of: entry) {
                    let isBox = HistogramBox.isBox(sample.value)
                    let histogram = isBox ? batch.histograms[HistogramBox.place(sample.value)] : nil
                    let refusal = Self.add(
                        batch.labels(of: entry), sample.timestamp.milliseconds, sample.value, histogram, to: &state)
                    guard let refusal else {
                        outcome.appendedSamples += 1
                        continue
                    }
                    outcome.refusedSamples += 1
                    outcome.refusals.append(
                        AppendOutcome.Refusal(entry: place, sample: sample, reason: refusal))
                }
            }
            return outcome
        }
    }

    // MARK: Reading

    func select(
        _ matchers: [Matcher], from: Timestamp, through: Timestamp, sorted: Bool
    ) throws -> [any SelectedSeries] {
        let found = matching(matchers)
        return sorted ? found.sorted { $0.labels < $1.labels } : found
    }

    func labelNames(_ matchers: [Matcher], from: Timestamp, through: Timestamp) throws -> [String] {
        Set(matching(matchers).flatMap { $0.labels.pairs.map(\.name) }).sorted()
    }

    func labelValues(
        _ name: String, _ matchers: [Matcher], from: Timestamp, through: Timestamp
    ) throws -> [String] {
        Set(matching(matchers).compactMap { $0.labels.value(of: name) }).sorted()
    }

    private func matching(_ matchers: [Matcher]) -> [Series] {
        state.withLock { state in
            state.series.values.filter { series in matchers.allSatisfy { $0.matches(series.labels) } }
        }
    }
}
