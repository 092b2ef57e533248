extension NativeHistogram {
    /// Whether counting began anew between `previous` and this one: some count fell, or a bucket went that had
    /// observations. What this one says of itself goes first.
    package func isReset(since previous: NativeHistogram) -> Bool {
        switch counterReset {
        case .reset: return true
        case .notReset: return false
        case .unknown, .gauge: return hasFallen(since: previous)
        }
    }

    /// The same by the counts alone.
    package func hasFallen(since previous: NativeHistogram) -> Bool {
        if count < previous.count { return true }
        if hasCustomBounds {
            guard previous.hasCustomBounds else { return true }
            if customBounds == previous.customBounds { return positive.hasFallen(since: previous.positive) }
            let common = Self.commonBounds(customBounds, previous.customBounds)
            return Self.mapped(positive, from: customBounds, to: common)
                .hasFallen(since: Self.mapped(previous.positive, from: previous.customBounds, to: common))
        }
        // A finer resolution or a smaller zero bucket cannot come about by counting on. Custom buckets before are the
        // smallest of schemas.
        if schema > previous.schema || zeroThreshold < previous.zeroThreshold { return true }
        let widened = previous.zeroBucket(widenedTo: zeroThreshold)
        if widened.threshold != zeroThreshold || zeroCount < widened.count { return true }
        return positive.hasFallen(since: swallowing(previous.positive, of: previous.schema))
            || negative.hasFallen(since: swallowing(previous.negative, of: previous.schema))
    }

    /// Buckets of an earlier histogram in this one's resolution, without those that this zero bucket holds.
    private func swallowing(_ buckets: HistogramBuckets, of finer: Int) -> HistogramBuckets {
        let reduced = buckets.reduced(by: finer - schema)
        guard zeroThreshold > 0 else { return reduced }
        var result = HistogramBuckets()
        result.add(reduced, sign: 1) { Self.exponentialBound($0, schema: schema) <= zeroThreshold }
        return result
    }
}

extension HistogramBuckets {
    fileprivate func hasFallen(since previous: HistogramBuckets) -> Bool {
        var place = 0
        for (index, count) in zip(previous.indexes, previous.counts) {
            while place < self.count, indexes[place] < index { place += 1 }
            let now = place < self.count && indexes[place] == index ? counts[place] : nil
            if now.map({ $0 < count }) ?? (count != 0) { return true }
        }
        return false
    }
}
