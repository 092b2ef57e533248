import Glibc
import SignalModel

extension NativeHistogram {
    /// The histogram without the observations above `bound` (`</`), or without those below it (`>/`). Where the bound
    /// cuts a bucket, its observations are taken to lie as for a quantile. The sum loses what the removed ones are
    /// taken to have been.
    func trimmed(at bound: Double, keepsBelow: Bool) -> NativeHistogram {
        var trim = Trim(bound: bound, keepsBelow: keepsBelow, isCustom: hasCustomBounds)
        var result = self
        result.isFloat = true
        for place in 0..<positive.count {
            result.positive.setCount(trim.kept(of: positiveBucket(place), isPositive: true), at: place)
        }
        for place in 0..<negative.count {
            result.negative.setCount(trim.kept(of: negativeBucket(place), isPositive: false), at: place)
        }
        if zeroCount > 0 {
            let below = zeroBucket.countTrimmed(bound, isLinear: true)
            result.zeroCount = keepsBelow ? below : zeroCount - below
            trim.count += result.zeroCount
        }
        result.count = trim.count
        result.sum = 0
        if trim.count != 0 {
            result.sum = sum - trim.removedSum
            if !trim.hasNegative, result.sum < 0 { result.sum = 0 }
            if !trim.hasPositive, result.sum > 0 { result.sum = 0 }
        }
        result.compact()
        return result
    }
}

private struct Trim {
    let bound: Double
    let keepsBelow: Bool
    let isCustom: Bool
    var count = 0.0
    var removedSum = 0.0
    var hasPositive = false
    var hasNegative = false

    init(bound: Double, keepsBelow: Bool, isCustom: Bool) {
        self.bound = bound
        self.keepsBelow = keepsBelow
        self.isCustom = isCustom
    }

    /// How many of a bucket's observations stay.
    mutating func kept(of bucket: HistogramBucket, isPositive: Bool) -> Double {
        if bucket.count == 0 { return 0 }
        let reachesBelowZero = isCustom ? bucket.lower < 0 : !isPositive
        if reachesBelowZero { hasNegative = true }
        if isCustom ? bucket.upper > 0 : isPositive { hasPositive = true }
        var (kept, middle) = cut(bucket, isPositive)
        if keepsBelow ? bucket.upper <= bound : bucket.lower >= bound {
            kept = bucket.count
        } else if keepsBelow ? bucket.lower >= bound : bucket.upper <= bound {
            kept = 0
            // Prometheus takes the size without the sign here, on the negative side too.
            if !isCustom { middle = (bucket.lower * bucket.upper).squareRoot() }
        }
        if kept < bucket.count { removedSum += (bucket.count - kept) * middle }
        count += kept
        return kept
    }

    /// What stays of a bucket that the bound cuts, and what one of the removed observations is taken to have been.
    private func cut(_ bucket: HistogramBucket, _ isPositive: Bool) -> (kept: Double, middle: Double) {
        if bucket.lower == -.infinity { return cutFromBelow(bucket) }
        if bucket.upper == .infinity {
            // Nobody knows how far up they lie.
            return (!keepsBelow && bound <= bucket.lower ? bucket.count : 0, bucket.lower)
        }
        let below = bucket.countTrimmed(bound, isLinear: isCustom)
        let kept = keepsBelow ? below : bucket.count - below
        if isCustom { return (kept, (bucket.lower + bucket.upper) / 2) }
        let size = (bound.magnitude * (keepsBelow ? bucket.lower : bucket.upper).magnitude).squareRoot()
        return (kept, isPositive ? size : -size)
    }

    /// Of the first custom bucket, which begins at zero if it ends above.
    private func cutFromBelow(_ bucket: HistogramBucket) -> (kept: Double, middle: Double) {
        if keepsBelow ? bound >= bucket.upper : bound == -.infinity { return (bucket.count, 0) }
        guard bound >= 0, bucket.upper > bound, bucket.upper.isFinite else { return (0, bucket.upper) }
        return keepsBelow
            ? (bucket.count * bound / bucket.upper, (bound + bucket.upper) / 2)
            : (bucket.count * (1 - bound / bucket.upper), bound / 2)
    }
}

extension HistogramBucket {
    /// How many observations are at most `bound`.
    fileprivate func countTrimmed(_ bound: Double, isLinear: Bool) -> Double {
        if bound <= lower { return 0 }
        if bound >= upper { return count }
        if isLinear { return count * (bound - lower) / (upper - lower) }
        let logLower = log2(lower.magnitude)
        let logUpper = log2(upper.magnitude)
        let logBound = log2(bound.magnitude)
        return count
            * (lower > 0
                ? (logBound - logLower) / (logUpper - logLower)
                : 1 - (logBound - logUpper) / (logLower - logUpper))
    }
}
