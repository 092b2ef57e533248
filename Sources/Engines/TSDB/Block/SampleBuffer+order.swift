import SignalModel

extension SampleBuffer {
    /// Makes the samples from `start` on ascend in time; of several at one time the first stays. Nearly always they
    /// do already.
    mutating func putInOrder(from start: Int) {
        guard count > start + 1 else { return }
        var isAscending = true
        for place in start + 1..<count where timestamps[place] <= timestamps[place - 1] {
            isAscending = false
            break
        }
        if isAscending { return }
        let order = (start..<count).sorted { (timestamps[$0], $0) < (timestamps[$1], $1) }
        var times: [Int64] = []
        var numbers: [Double] = []
        for place in order where times.last != timestamps[place] {
            times.append(timestamps[place])
            numbers.append(values[place])
        }
        timestamps.replaceSubrange(start..., with: times)
        values.replaceSubrange(start..., with: numbers)
        // What stood before a histogram may be another one now.
        for value in numbers where HistogramBox.isBox(value) {
            var histogram = histograms[HistogramBox.place(value)]
            if histogram.counterReset == .gauge { continue }
            histogram.counterReset = .unknown
            setHistogram(histogram, at: HistogramBox.place(value))
        }
    }

    /// Adds all samples of another buffer.
    mutating func append(_ other: SampleBuffer) {
        for (time, value) in zip(other.timestamps, other.values) {
            if HistogramBox.isBox(value) {
                append(time, other.histograms[HistogramBox.place(value)])
            } else {
                append(time, value)
            }
        }
    }

    /// Takes out the samples from `start` on that lie in one of the ascending ranges.
    mutating func remove(_ ranges: [ClosedRange<Int64>], from start: Int) {
        var kept = start
        var range = 0
        for place in start..<count {
            while range < ranges.count, ranges[range].upperBound < timestamps[place] { range += 1 }
            if range < ranges.count, ranges[range].lowerBound <= timestamps[place] { continue }
            timestamps[kept] = timestamps[place]
            values[kept] = values[place]
            kept += 1
        }
        timestamps.removeSubrange(kept...)
        values.removeSubrange(kept...)
    }
}
