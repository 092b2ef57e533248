import Basics
import SignalModel
import WireFormats

/// What a store refused of a batch, for the log and whoever runs the sender; nil when it took all.
enum RefusalText {
    /// Refused exemplars told in detail; the others are only counted.
    private static let exemplarsToldMax = 4

    static func samples(_ outcome: AppendOutcome, _ batch: SampleBatch) -> String? {
        guard outcome.refusedSamples > 0 else { return nil }
        guard let first = outcome.refusals.first else { return "\(outcome.refusedSamples) samples refused" }
        let labels = batch.labels(of: batch.entries[first.entry])
        return "\(first.reason.rawValue): series \(labels), timestamp \(RFC3339.format(first.sample.timestamp)), "
            + (HistogramBox.isBox(first.sample.value)
                ? "a histogram; " : "value \(TextExpositionWriter.text(first.sample.value)); ")
            + "\(outcome.refusedSamples) of "
            + "\(batch.samples.count) samples refused"
    }

    static func exemplars(_ outcome: ExemplarOutcome, _ batch: SampleBatch) -> String? {
        guard outcome.refusedCount > 0 else { return nil }
        let told = outcome.refusals.prefix(exemplarsToldMax).map { refusal in
            let entry = batch.exemplars[refusal.exemplar].entry
            return "\(refusal.reason.rawValue) for series \(batch.labels(of: batch.entries[entry]))"
        }
        return "\(outcome.refusedCount) exemplars left out: " + told.joined(separator: "; ")
    }
}
