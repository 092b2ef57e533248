import Glibc

/// One bucket with its bounds.
package struct HistogramBucket: Sendable {
    package var lower: Double
    package var upper: Double
    package var holdsLower: Bool
    package var holdsUpper: Bool
    package var count: Double

    package init(lower: Double, upper: Double, holdsLower: Bool, holdsUpper: Bool, count: Double) {
        self.lower = lower
        self.upper = upper
        self.holdsLower = holdsLower
        self.holdsUpper = holdsUpper
        self.count = count
    }
}

extension NativeHistogram {
    /// Where bucket `index` of the positive side ends.
    package func bound(_ index: Int32) -> Double {
        guard hasCustomBounds else { return Self.exponentialBound(index, schema: schema) }
        if index < 0 { return -.infinity }
        return Int(index) < customBounds.count ? customBounds[Int(index)] : .infinity
    }

    /// `2^(index · 2^-schema)`. The bucket of the largest finite number ends there instead of at infinity.
    package static func exponentialBound(_ index: Int32, schema: Int) -> Double {
        if schema < 0 {
            let exponent = Int64(index) << Int64(-schema)
            if exponent == 1024 { return .greatestFiniteMagnitude }
            return scalbn(1, Int32(clamping: exponent))
        }
        let fraction = fractions[schema][Int(index & (Int32(1) << Int32(schema) - 1))]
        let exponent = index >> Int32(schema) + 1
        if fraction == 0.5, exponent == 1025 { return .greatestFiniteMagnitude }
        return scalbn(fraction, exponent)
    }

    /// By schema the bounds from one half to one. Made as client_golang made the table that Prometheus and its clients
    /// have (prometheus/histogram.go, `nativeHistogramBounds`), so that all agree to the last bit: rounding correctly
    /// would not.
    private static let fractions: [[Double]] = {
        var tables: [[Double]] = []
        for schema in 0...schemas.upperBound {
            let factor = powerOfTwo(scalbn(1, Int32(-schema)))
            var table = [0.5]
            for place in 1..<max(1, 1 << schema) {
                table.append(place % 2 == 0 ? tables[schema - 1][place / 2] : table[place - 1] * factor)
            }
            tables.append(table)
        }
        return tables
    }()

    /// `2^exponent` of an exponent from 0 to 1, after Go's `math.Exp2`, which is now and then one bit off.
    private static func powerOfTwo(_ exponent: Double) -> Double {
        let whole = Int32(exponent + 0.5)
        let rest = exponent - Double(whole)
        let high = rest * 6.93147180369123816490e-01
        let low = -rest * 1.90821492927058770002e-10
        let sum = high - low
        let square = sum * sum
        let terms = [
            1.66666666666666657415e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05,
            -1.65339022054652515390e-06, 4.13813679705723846039e-08,
        ]
        let series = terms.reversed().dropFirst().reduce(terms[4]) { $1 + square * $0 }
        let correction = sum - square * series
        return scalbn(1 - ((low - (sum * correction) / (2 - correction)) - high), whole)
    }

    package func positiveBucket(_ place: Int) -> HistogramBucket {
        let index = positive.indexes[place]
        let (lower, upper) = (bound(index - 1), bound(index))
        return HistogramBucket(
            lower: lower, upper: upper, holdsLower: hasCustomBounds ? index == 0 : lower < 0,
            holdsUpper: hasCustomBounds || upper > 0, count: positive.counts[place])
    }

    package func negativeBucket(_ place: Int) -> HistogramBucket {
        let index = negative.indexes[place]
        return HistogramBucket(
            lower: -bound(index), upper: -bound(index - 1), holdsLower: true, holdsUpper: false,
            count: negative.counts[place])
    }

    package var zeroBucket: HistogramBucket {
        HistogramBucket(
            lower: -zeroThreshold, upper: zeroThreshold, holdsLower: true, holdsUpper: true, count: zeroCount)
    }

    /// All listed buckets, lowest first. One that reaches into the zero bucket ends at it.
    package var buckets: [HistogramBucket] { buckets(withZero: zeroCount > 0) }

    package func buckets(withZero: Bool) -> [HistogramBucket] {
        var result: [HistogramBucket] = []
        result.reserveCapacity(positive.count + negative.count + 1)
        for place in (0..<negative.count).reversed() {
            var bucket = negativeBucket(place)
            if bucket.upper < 0, bucket.upper > -zeroThreshold { bucket.upper = -zeroThreshold }
            result.append(bucket)
        }
        if withZero { result.append(zeroBucket) }
        for place in 0..<positive.count {
            var bucket = positiveBucket(place)
            if bucket.lower > 0, bucket.lower < zeroThreshold { bucket.lower = zeroThreshold }
            result.append(bucket)
        }
        return result
    }
}
