import SignalModel

/// A compensated sum of histograms: bucket by bucket as `KahanSum`, as long as their layouts are alike. What had to be
/// reconciled is added plainly.
struct HistogramSum {
    private(set) var total: NativeHistogram
    /// Of the count, the zero count, the sum, then of the buckets of `total`.
    private var compensations: [Double]
    private(set) var added = 1.0
    private(set) var boundsDiffered = false
    private var sawReset = false
    private var sawNoReset = false

    init(_ first: NativeHistogram) {
        total = first
        total.isFloat = true
        compensations = []
        noteCounterReset(first)
        resetCompensations()
    }

    /// Whether some said that counting began anew and others that it did not.
    var countersCollided: Bool { sawReset && sawNoReset }

    private mutating func noteCounterReset(_ histogram: NativeHistogram) {
        switch histogram.counterReset {
        case .reset: sawReset = true
        case .notReset: sawNoReset = true
        case .unknown, .gauge: break
        }
    }

    private mutating func resetCompensations() {
        compensations = [Double](repeating: 0, count: 3 + total.positive.count + total.negative.count)
    }

    mutating func add(_ histogram: NativeHistogram) throws(IncompatibleHistograms) {
        noteCounterReset(histogram)
        added += 1
        guard isAlike(histogram) else {
            settle()
            let reconciled = try total.add(histogram)
            if reconciled.boundsDiffered { boundsDiffered = true }
            return resetCompensations()
        }
        _ = total.adoptCounterReset(of: histogram)
        total.count = sum(total.count, histogram.count, 0)
        total.zeroCount = sum(total.zeroCount, histogram.zeroCount, 1)
        total.sum = sum(total.sum, histogram.sum, 2)
        for place in 0..<total.positive.count {
            total.positive.setCount(
                sum(total.positive.counts[place], histogram.positive.counts[place], 3 + place), at: place)
        }
        let start = 3 + total.positive.count
        for place in 0..<total.negative.count {
            total.negative.setCount(
                sum(total.negative.counts[place], histogram.negative.counts[place], start + place), at: place)
        }
    }

    private func isAlike(_ other: NativeHistogram) -> Bool {
        total.schema == other.schema && total.zeroThreshold == other.zeroThreshold
            && total.customBounds == other.customBounds && total.positive.indexes == other.positive.indexes
            && total.negative.indexes == other.negative.indexes
    }

    private mutating func sum(_ left: Double, _ right: Double, _ place: Int) -> Double {
        var sum = KahanSum(sum: left, compensation: compensations[place])
        sum.add(right)
        compensations[place] = sum.compensation
        return sum.sum
    }

    private mutating func settle() {
        func settled(_ value: Double, _ place: Int) -> Double {
            value.isInfinite ? value : value + compensations[place]
        }
        total.count = settled(total.count, 0)
        total.zeroCount = settled(total.zeroCount, 1)
        total.sum = settled(total.sum, 2)
        for place in 0..<total.positive.count {
            total.positive.setCount(settled(total.positive.counts[place], 3 + place), at: place)
        }
        let start = 3 + total.positive.count
        for place in 0..<total.negative.count {
            total.negative.setCount(settled(total.negative.counts[place], start + place), at: place)
        }
        resetCompensations()
    }

    var value: NativeHistogram {
        var copy = self
        copy.settle()
        copy.total.compact()
        return copy.total
    }

    /// The mean of the histograms added; of no use where their sum overflowed.
    var mean: NativeHistogram {
        var result = value
        result.divide(by: added)
        return result
    }

    /// Whether a count that was finite in all has become infinite.
    var hasOverflowed: Bool {
        total.count.isInfinite || total.sum.isInfinite || total.zeroCount.isInfinite
            || total.positive.counts.contains(where: \.isInfinite)
            || total.negative.counts.contains(where: \.isInfinite)
    }

    /// The mean, carried along so that nothing overflows.
    static func mean(of histograms: [NativeHistogram]) throws(IncompatibleHistograms) -> NativeHistogram {
        var mean = histograms[0]
        for (place, histogram) in histograms.enumerated().dropFirst() {
            let count = Double(place + 1)
            mean.multiply(by: (count - 1) / count)
            var share = histogram
            share.divide(by: count)
            try mean.add(share)
        }
        mean.compact()
        return mean
    }
}
