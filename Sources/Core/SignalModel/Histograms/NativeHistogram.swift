/// A histogram as one sample: observations counted in buckets whose bounds grow exponentially, or in buckets of bounds
/// of its own (Prometheus' native histograms; model/histogram there).
///
/// With schema `s` bucket `i` of the positive side ends at `2^(i · 2^-s)`; the negative side mirrors it.
package struct NativeHistogram: Sendable {
    /// What is known of the sample before it in its series. The numbers are those of Prometheus' formats.
    package enum CounterReset: UInt8, Sendable {
        case unknown = 0
        /// Counting began anew.
        case reset = 1
        case notReset = 2
        /// The counts go up and down.
        case gauge = 3
    }

    /// The schema of buckets whose bounds are listed.
    package static let customSchema = -53
    /// The exponential schemas.
    package static let schemas = -4...8
    /// Finer ones that Prometheus' formats may name; they are reduced to the finest of `schemas`.
    package static let schemaMax = 52

    package var schema: Int
    /// Observations within plus and minus the threshold are counted in the zero bucket.
    package var zeroThreshold: Double
    package var zeroCount: Double
    package var count: Double
    /// Of all observations. A stale marker here makes the sample one.
    package var sum: Double
    package var positive: HistogramBuckets
    package var negative: HistogramBuckets
    /// Upper bounds of custom buckets, ascending; the last bucket ends at infinity and is not listed.
    package var customBounds: [Double]
    package var counterReset: CounterReset
    /// Counts are written as floats; otherwise all are whole.
    package var isFloat: Bool

    package init(
        schema: Int = 0, zeroThreshold: Double = 0, zeroCount: Double = 0, count: Double = 0, sum: Double = 0,
        positive: HistogramBuckets = HistogramBuckets(), negative: HistogramBuckets = HistogramBuckets(),
        customBounds: [Double] = [], counterReset: CounterReset = .unknown, isFloat: Bool = true
    ) {
        self.schema = schema
        self.zeroThreshold = zeroThreshold
        self.zeroCount = zeroCount
        self.count = count
        self.sum = sum
        self.positive = positive
        self.negative = negative
        self.customBounds = customBounds
        self.counterReset = counterReset
        self.isFloat = isFloat
    }

    package var hasCustomBounds: Bool { schema == Self.customSchema }
    package var isStale: Bool { StaleMarker.isStale(sum) }

    /// The stale marker of a series of histograms.
    package static func stale(isFloat: Bool) -> NativeHistogram {
        NativeHistogram(sum: StaleMarker.value, isFloat: isFloat)
    }

    /// What it weighs in a query's budget, in float samples.
    package var points: Int { 10 + (positive.count + negative.count) * 3 / 4 + customBounds.count / 2 }

    /// Equal to the last bit, what is known of the sample before left aside.
    package func isIdentical(to other: NativeHistogram) -> Bool {
        schema == other.schema && count.bitPattern == other.count.bitPattern
            && sum.bitPattern == other.sum.bitPattern && zeroThreshold == other.zeroThreshold
            && zeroCount.bitPattern == other.zeroCount.bitPattern && customBounds == other.customBounds
            && positive.isIdentical(to: other.positive) && negative.isIdentical(to: other.negative)
    }

    /// Empty buckets taken out.
    package mutating func compact() {
        positive.compact()
        negative.compact()
    }
}
