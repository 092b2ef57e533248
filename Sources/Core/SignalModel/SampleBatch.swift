package import Basics

/// Many series with their new samples, on their way into a store, in flat arrays: label sets packed
/// one after another (`Labels.packed` layout), samples of an entry consecutive in time order.
/// Built once per request or scrape and reusable after `removeAll`.
package struct SampleBatch: Sendable {
    package struct Entry: Sendable {
        package var labelsStart: Int
        package var labelsCount: Int
        /// `hash64` of the packed labels.
        package var hash: UInt64
        package var samplesStart: Int
        package var samplesCount: Int
    }

    package struct ExemplarEntry: Sendable {
        /// Index in `entries`.
        package var entry: Int
        /// Its own labels, packed, in `labelBytes`.
        package var labelsStart: Int
        package var labelsCount: Int
        package var value: Double
        package var timestamp: Timestamp
        /// See `Exemplar.isTimed`.
        package var isTimed: Bool
    }

    package private(set) var labelBytes: [UInt8] = []
    package private(set) var entries: [Entry] = []
    /// Values are floats, and boxes with places in `histograms`.
    package private(set) var samples: [Sample] = []
    package private(set) var histograms: [NativeHistogram] = []
    /// In the order of their entries. An entry may have exemplars and no samples.
    package private(set) var exemplars: [ExemplarEntry] = []

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    package mutating func removeAll() {
        labelBytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        samples.removeAll(keepingCapacity: true)
        histograms.removeAll(keepingCapacity: true)
        exemplars.removeAll(keepingCapacity: true)
    }

    /// Starts a series whose labels `write` appends in packed form (sorted, valid, no empty values).
    /// Following `append(_:)` calls add its samples. An error from `write` leaves the batch as it was.
    @inlinable
    package mutating func beginSeries<Failure: Error>(
        _ write: (inout [UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let start = labelCount
        do { try appendLabels(write) } catch {
            cutLabels(to: start)
            throw error
        }
        finishLabels(from: start)
    }

    package mutating func beginSeries(_ labels: Labels) {
        beginSeries { $0.append(contentsOf: labels.packed) }
    }

    @inlinable package mutating func append(_ sample: Sample) { appendSample(sample) }

    /// Adds a whole series: packed labels (valid, as above) and its samples in time order. What decoders use:
    /// one call and two copies a series.
    package mutating func append(packed: UnsafeRawBufferPointer, samples added: UnsafeBufferPointer<Sample>) {
        entries.append(
            Entry(
                labelsStart: labelBytes.count, labelsCount: packed.count, hash: hash64(packed),
                samplesStart: samples.count, samplesCount: added.count))
        labelBytes.append(contentsOf: packed)
        let start = samples.count
        samples.append(contentsOf: added)
        var hasBox = false
        for sample in added where HistogramBox.isBox(sample.value) { hasBox = true }
        if hasBox {
            for place in start..<samples.count { samples[place].value = HistogramBox.canonical(samples[place].value) }
        }
    }

    /// Adds a histogram to the series begun last.
    package mutating func append(_ histogram: NativeHistogram, at time: Timestamp) {
        samples.append(Sample(timestamp: time, value: HistogramBox.value(histograms.count)))
        histograms.append(histogram)
        entries[entries.count - 1].samplesCount += 1
    }

    /// The first series alone, without exemplars, and with every histogram, so that boxes keep their places.
    func prefix(_ count: Int) -> SampleBatch {
        var result = SampleBatch()
        result.histograms = histograms
        guard count > 0 else { return result }
        let last = entries[count - 1]
        result.entries = Array(entries[..<count])
        result.labelBytes = Array(labelBytes[..<(last.labelsStart + last.labelsCount)])
        result.samples = Array(samples[..<(last.samplesStart + last.samplesCount)])
        return result
    }

    /// Adds a series of another batch, whose histograms this one has too.
    mutating func copy(
        _ packed: UnsafeRawBufferPointer, without cut: Range<Int>, _ entry: Entry,
        _ others: UnsafeBufferPointer<Sample>
    ) {
        let start = labelBytes.count
        labelBytes.append(contentsOf: packed[..<cut.lowerBound])
        labelBytes.append(contentsOf: packed[cut.upperBound...])
        finishLabels(from: start)
        samples.append(contentsOf: others[entry.samplesStart..<entry.samplesStart + entry.samplesCount])
        entries[entries.count - 1].samplesCount = entry.samplesCount
    }

    /// Adds an exemplar, its labels packed (valid, as above), to the series begun last.
    package mutating func append(
        exemplar packed: UnsafeRawBufferPointer, value: Double, at time: Timestamp, isTimed: Bool
    ) {
        exemplars.append(
            ExemplarEntry(
                entry: entries.count - 1, labelsStart: labelBytes.count, labelsCount: packed.count, value: value,
                timestamp: time, isTimed: isTimed))
        labelBytes.append(contentsOf: packed)
    }

    package mutating func append(_ exemplar: Exemplar) {
        exemplar.labels.packed.withUnsafeBytes {
            append(exemplar: $0, value: exemplar.value, at: exemplar.timestamp, isTimed: exemplar.isTimed)
        }
    }

    package func exemplar(_ place: Int) -> Exemplar {
        let entry = exemplars[place]
        return Exemplar(
            labels: Labels(packed: Array(labelBytes[entry.labelsStart..<entry.labelsStart + entry.labelsCount])),
            value: entry.value, timestamp: entry.timestamp, isTimed: entry.isTimed)
    }

    /// Adds a series of another batch, with its samples and exemplars.
    package mutating func append(entry place: Int, of other: SampleBatch) {
        let entry = other.entries[place]
        beginSeries {
            $0.append(contentsOf: other.labelBytes[entry.labelsStart..<entry.labelsStart + entry.labelsCount])
        }
        for sample in other.samples(of: entry) {
            if HistogramBox.isBox(sample.value) {
                append(other.histograms[HistogramBox.place(sample.value)], at: sample.timestamp)
            } else {
                append(sample)
            }
        }
        appendExemplars(ofEntry: place, of: other)
    }

    /// Adds the exemplars of another batch's series to the series begun last.
    package mutating func appendExemplars(ofEntry place: Int, of other: SampleBatch) {
        // They lie in the order of their entries.
        var low = 0
        var high = other.exemplars.count
        while low < high {
            let middle = (low + high) / 2
            if other.exemplars[middle].entry < place { low = middle + 1 } else { high = middle }
        }
        while low < other.exemplars.count, other.exemplars[low].entry == place {
            append(other.exemplar(low))
            low += 1
        }
    }

    /// Takes over an exemplar of another batch whose series has this place here.
    mutating func copy(_ exemplar: Exemplar, to entry: Int) {
        append(exemplar)
        exemplars[exemplars.count - 1].entry = entry
    }

    package func labels(of entry: Entry) -> Labels {
        Labels(packed: Array(labelBytes[entry.labelsStart..<entry.labelsStart + entry.labelsCount]))
    }

    package func samples(of entry: Entry) -> ArraySlice<Sample> {
        samples[entry.samplesStart..<entry.samplesStart + entry.samplesCount]
    }

    @usableFromInline var labelCount: Int { labelBytes.count }

    @usableFromInline
    mutating func appendLabels<Failure: Error>(_ write: (inout [UInt8]) throws(Failure) -> Void) throws(Failure) {
        try write(&labelBytes)
    }

    @usableFromInline mutating func cutLabels(to count: Int) { labelBytes.removeSubrange(count...) }

    @usableFromInline
    mutating func finishLabels(from start: Int) {
        let hash = labelBytes.withUnsafeBytes { hash64(UnsafeRawBufferPointer(rebasing: $0[start...])) }
        entries.append(
            Entry(
                labelsStart: start, labelsCount: labelBytes.count - start, hash: hash, samplesStart: samples.count,
                samplesCount: 0))
    }

    @usableFromInline
    mutating func appendSample(_ sample: Sample) {
        samples.append(Sample(timestamp: sample.timestamp, value: HistogramBox.canonical(sample.value)))
        entries[entries.count - 1].samplesCount += 1
    }
}
