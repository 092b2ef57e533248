import Glibc
import SignalModel

/// What a quantile or fraction of a histogram with NaN among its observations must be told with.
enum NaNObservations {
    case none
    /// The answer lies among them.
    case result
    /// They count above all others, which shifts the answer.
    case skew
}

extension NativeHistogram {
    /// The value below which the share `quantile` of the observations lies, after Prometheus' `HistogramQuantile`:
    /// within a bucket exponential, in the zero bucket and custom ones linear.
    func quantile(_ quantile: Double, _ nan: inout NaNObservations) -> Double {
        if quantile < 0 { return -.infinity }
        if quantile > 1 { return .infinity }
        if count == 0 || quantile.isNaN { return .nan }
        let isForward = sum.isNaN || quantile < 0.5
        let ordered = isForward ? buckets : buckets.reversed()
        var rank = isForward ? quantile * count : (1 - quantile) * count
        var bucket = HistogramBucket(lower: 0, upper: 0, holdsLower: false, holdsUpper: false, count: 0)
        var below = 0.0
        for next in ordered where next.count != 0 {
            bucket = next
            below += next.count
            if below >= rank { break }
        }
        if hasCustomBounds {
            if bucket.lower == -.infinity {
                if bucket.upper <= 0 { return bucket.upper }
                bucket.lower = 0
            } else if bucket.upper == .infinity {
                return bucket.lower
            }
        } else {
            assumeOneSided(&bucket)
        }
        // Rounding may have counted more than there are.
        below = min(below, count)
        if below < rank {
            guard sum.isNaN else { return bucket.upper }
            nan = .result
            return .nan
        }
        if sum.isNaN, buckets.reduce(0, { $0 + $1.count }) < count { nan = .skew }
        rank = isForward ? rank - (below - bucket.count) : below - rank
        return value(rank / bucket.count, in: bucket)
    }

    /// The zero bucket of a histogram with buckets on one side only ends at zero on the other.
    private func assumeOneSided(_ bucket: inout HistogramBucket) {
        guard bucket.lower < 0, bucket.upper > 0 else { return }
        if negative.isEmpty, !positive.isEmpty {
            bucket.lower = 0
        } else if positive.isEmpty, !negative.isEmpty {
            bucket.upper = 0
        }
    }

    /// The value with the share `fraction` of a bucket's observations below it.
    private func value(_ fraction: Double, in bucket: HistogramBucket) -> Double {
        if hasCustomBounds || (bucket.lower <= 0 && bucket.upper >= 0) {
            return bucket.lower + (bucket.upper - bucket.lower) * fraction
        }
        let lower = log2(bucket.lower.magnitude)
        let upper = log2(bucket.upper.magnitude)
        if bucket.lower > 0 { return exp2(lower + (upper - lower) * fraction) }
        return -exp2(upper + (lower - upper) * (1 - fraction))
    }

    /// The share of observations between two values, after Prometheus' `HistogramFraction`.
    func fraction(_ lower: Double, _ upper: Double, _ nan: inout NaNObservations) -> Double {
        if count == 0 || lower.isNaN || upper.isNaN { return .nan }
        // NaN observations are in no bucket.
        var total = count
        if sum.isNaN {
            total = buckets.reduce(0) { $0 + $1.count }
            if total < count { nan = .skew }
        }
        if lower >= upper { return 0 }
        return (rank(upper, total) - rank(lower, total)) / count
    }

    /// How many observations lie below `value`.
    private func rank(_ value: Double, _ total: Double) -> Double {
        var below = 0.0
        for var bucket in buckets {
            // One-sided too are custom buckets: the one around zero begins there.
            if bucket.lower <= 0, bucket.upper >= 0 {
                if negative.isEmpty, !positive.isEmpty {
                    bucket.lower = 0
                } else if positive.isEmpty, !negative.isEmpty {
                    bucket.upper = 0
                }
            }
            if bucket.lower >= value { return min(below, total) }
            if bucket.upper > value { return min(below + bucket.countBelow(value, isLinear: hasCustomBounds), total) }
            below += bucket.count
        }
        return total
    }
}

extension HistogramBucket {
    /// How many observations of the bucket, which `value` lies in, are below it.
    func countBelow(_ value: Double, isLinear: Bool) -> Double {
        if isLinear || (lower <= 0 && upper >= 0) {
            // Nothing is known of where in an endless bucket its observations lie.
            if lower == -.infinity { return count }
            if upper == .infinity { return 0 }
            return count * (value - lower) / (upper - lower)
        }
        let logLower = log2(lower.magnitude)
        let logUpper = log2(upper.magnitude)
        let logValue = log2(value.magnitude)
        let fraction =
            value > 0
            ? (logValue - logLower) / (logUpper - logLower) : 1 - (logValue - logUpper) / (logLower - logUpper)
        return count * fraction
    }
}
