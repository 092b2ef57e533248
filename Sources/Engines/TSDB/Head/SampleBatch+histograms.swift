import SignalModel

extension SampleBatch {
    /// The histogram that a sample is; nil for a float.
    @inline(__always)
    func histogram(_ sample: Int) -> NativeHistogram? {
        let value = samples[sample].value
        return HistogramBox.isBox(value) ? histograms[HistogramBox.place(value)] : nil
    }

    /// What tells a sample from another of its time: a float's bits, of a histogram a hash that looks like a box.
    func fingerprint(_ sample: Int) -> UInt64 {
        histogram(sample)?.fingerprint ?? samples[sample].value.bitPattern
    }
}

extension NativeHistogram {
    /// Differs for histograms that differ. Good within one run of the program.
    var fingerprint: UInt64 {
        var hasher = Hasher()
        hasher.combine(schema)
        for value in [zeroThreshold, zeroCount, count, sum] + positive.counts + negative.counts + customBounds {
            hasher.combine(value.bitPattern)
        }
        hasher.combine(positive.indexes)
        hasher.combine(negative.indexes)
        return HistogramBox.value(hasher.finalize() & (1 << 48 - 1)).bitPattern
    }
}
