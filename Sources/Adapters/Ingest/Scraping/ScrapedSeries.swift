import SignalModel

/// Takes the series of an answer, one after another, into the batch for the store, under the labels they get there.
struct ScrapedSeries {
    private let source: SampleBatch
    private var exemplars: ArraySlice<SampleBatch.ExemplarEntry>

    init(_ source: SampleBatch) {
        self.source = source
        exemplars = source.exemplars[...]
    }

    /// Samples and exemplars of the series at `index`, which ascends from call to call; others may be left out.
    mutating func append(_ index: Int, labels packed: [UInt8], to batch: inout SampleBatch) {
        let entry = source.entries[index]
        let range = entry.samplesStart..<entry.samplesStart + entry.samplesCount
        let hasHistograms =
            !source.histograms.isEmpty && range.contains { HistogramBox.isBox(source.samples[$0].value) }
        packed.withUnsafeBytes { labels in
            source.samples.withUnsafeBufferPointer { samples in
                let floats = UnsafeBufferPointer(rebasing: samples[hasHistograms ? 0..<0 : range])
                batch.append(packed: labels, samples: floats)
            }
        }
        if hasHistograms {
            for place in range {
                let sample = source.samples[place]
                if HistogramBox.isBox(sample.value) {
                    batch.append(source.histograms[HistogramBox.place(sample.value)], at: sample.timestamp)
                } else {
                    batch.append(sample)
                }
            }
        }
        exemplars = exemplars.drop { $0.entry < index }
        while let exemplar = exemplars.first, exemplar.entry == index {
            exemplars.removeFirst()
            source.labelBytes.withUnsafeBytes { bytes in
                let labels = bytes[exemplar.labelsStart..<exemplar.labelsStart + exemplar.labelsCount]
                batch.append(
                    exemplar: UnsafeRawBufferPointer(rebasing: labels), value: exemplar.value,
                    at: exemplar.timestamp, isTimed: exemplar.isTimed)
            }
        }
    }
}
