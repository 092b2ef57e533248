/// The share of a classic histogram's observations between two values, after Prometheus' `BucketFraction`.
enum ClassicFraction {
    /// `buckets` sorted by bound, bounds distinct.
    static func of(_ lower: Double, _ upper: Double, _ buckets: [ClassicBucket]) -> Double {
        guard let top = buckets.last, top.bound == .infinity else { return .nan }
        if top.count == 0 || lower.isNaN || upper.isNaN { return .nan }
        if lower >= upper { return 0 }
        return (rank(upper, buckets) - rank(lower, buckets)) / top.count
    }

    /// How many observations were at most `value`, linear within a bucket. The first begins at zero if it ends above;
    /// in one that ends in infinity, none is taken to lie beyond the finite bound.
    private static func rank(_ value: Double, _ buckets: [ClassicBucket]) -> Double {
        let total = buckets[buckets.count - 1].count
        var below = 0.0
        var start = (buckets.first?.bound ?? 0) > 0 ? 0 : -Double.infinity
        for bucket in buckets {
            if start >= value { return min(below, total) }
            if bucket.bound > value {
                let rank =
                    start == -.infinity
                    ? bucket.count : below + (bucket.count - below) * (value - start) / (bucket.bound - start)
                return min(rank, total)
            }
            below = bucket.count
            start = bucket.bound
        }
        return total
    }
}
