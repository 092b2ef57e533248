import SignalModel

/// The samples of one series, in time order, borrowed from a buffer for the length of a call.
struct SampleColumns {
    /// Milliseconds, strictly increasing.
    let timestamps: UnsafeBufferPointer<Int64>
    let values: UnsafeBufferPointer<Double>
    /// What boxes among the values stand for; nearly always none.
    let histograms: UnsafeBufferPointer<NativeHistogram>

    @inline(__always) var count: Int { timestamps.count }

    /// Whether a stale marker is among the values.
    var haveMarkers: Bool {
        for value in values where SeriesTable.isAbsent(value) { return true }
        return false
    }

    func histogram(_ index: Int) -> NativeHistogram? {
        HistogramBox.isBox(values[index]) ? histograms[HistogramBox.place(values[index])] : nil
    }

    /// Writes to each step the newest sample in `(t - lookback, t]`, unless it is a stale marker. Returns whether
    /// any step got one.
    func lastValues(
        through lens: Lens, lookback: Int64, taking aspect: Evaluator.SampleAspect,
        into row: UnsafeMutableBufferPointer<Double>
    ) -> Bool {
        var isKept = false
        var cursor = 0
        for step in 0..<lens.count {
            let time = lens.time(step)
            while cursor < count, timestamps[cursor] <= time { cursor += 1 }
            guard cursor > 0, timestamps[cursor - 1] > time - lookback else { continue }
            let value = values[cursor - 1]
            if SeriesTable.isAbsent(value) { continue }
            row[step] = aspect == .value ? value : Double(timestamps[cursor - 1]) / 1000
            isKept = true
        }
        return isKept
    }
}

extension SampleBuffer {
    func withColumns(_ body: (SampleColumns) throws -> Void) rethrows {
        try timestamps.withUnsafeBufferPointer { times in
            try values.withUnsafeBufferPointer { values in
                try histograms.withUnsafeBufferPointer {
                    try body(SampleColumns(timestamps: times, values: values, histograms: $0))
                }
            }
        }
    }
}
