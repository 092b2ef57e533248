import Basics
import SignalModel
import Synchronization

/// A sample store that keeps everything in a dictionary and can be told to refuse.
final class MemoryStore: SampleAppender, SampleSource {
    private struct State {
        var series: [Labels: [Sample]] = [:]
        var failure: SampleStoreError?
        var refused: Set<Labels> = []
    }
    private let state = Mutex(State())

    func append(_ batch: SampleBatch, policy: AppendPolicy) async throws -> AppendOutcome {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            var outcome = AppendOutcome()
            for (index, entry) in batch.entries.enumerated() {
                let labels = batch.labels(of: entry)
                let samples = batch.samples[entry.samplesStart..<entry.samplesStart + entry.samplesCount]
                if state.refused.contains(labels) {
                    outcome.refusals += samples.map {
                        AppendOutcome.Refusal(entry: index, sample: $0, reason: .outOfOrder)
                    }
                    outcome.refusedSamples += samples.count
                } else {
                    state.series[labels, default: []] += samples
                    outcome.appendedSamples += samples.count
                }
            }
            return outcome
        }
    }

    func fail(with error: SampleStoreError?) { state.withLock { $0.failure = error } }
    func refuse(_ labels: Labels) { state.withLock { _ = $0.refused.insert(labels) } }
    func add(_ labels: Labels, _ samples: [Sample]) { state.withLock { $0.series[labels, default: []] += samples } }

    /// Values of one series, a stale marker as nil.
    func values(_ labels: Labels) -> [Double?] {
        state.withLock { $0.series[labels, default: []].map { StaleMarker.isStale($0.value) ? nil : $0.value } }
    }

    func samples(_ labels: Labels) -> [Sample] { state.withLock { $0.series[labels, default: []] } }
    var allLabels: [Labels] { state.withLock { $0.series.keys.sorted() } }

    private struct Selected: SelectedSeries {
        var labels: Labels
        var samples: [Sample]
        func read(from: Timestamp, through: Timestamp, into buffer: inout SampleBuffer) {
            for sample in samples where sample.timestamp >= from && sample.timestamp <= through {
                buffer.append(sample.timestamp.milliseconds, sample.value)
            }
        }
    }

    func select(
        _ matchers: [Matcher], from: Timestamp, through: Timestamp, sorted: Bool
    ) throws -> [any SelectedSeries] {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            return state.series.filter { series in matchers.allSatisfy { $0.matches(series.key) } }
                .map { Selected(labels: $0.key, samples: $0.value) }
        }
    }

    func labelNames(_ matchers: [Matcher], from: Timestamp, through: Timestamp) -> [String] { [] }
    func labelValues(_ name: String, _ matchers: [Matcher], from: Timestamp, through: Timestamp) -> [String] { [] }
}
