/// The quantile of a classic histogram, after Prometheus' `BucketQuantile`.
enum ClassicQuantile {
    /// Neighbours closer than this, relative to their sum, differ by rounding only.
    private static let tolerance = 1e-12

    /// `buckets` sorted by bound, bounds distinct; made monotonic in place. `isForced` tells when that took more
    /// than removing rounding.
    static func of(_ quantile: Double, _ buckets: inout [ClassicBucket], _ isForced: inout Bool) -> Double {
        if quantile.isNaN { return .nan }
        if quantile < 0 { return -.infinity }
        if quantile > 1 { return .infinity }
        guard let top = buckets.last, top.bound == .infinity else { return .nan }
        isForced = makeMonotonic(&buckets)
        let last = buckets.count - 1
        let observations = buckets[last].count
        if last < 1 || observations == 0 { return .nan }
        var rank = quantile * observations
        // Binary search, as there: with NaN counts a scan would give another answer.
        var lower = 0
        var upper = last
        while lower < upper {
            let middle = (lower + upper) / 2
            if buckets[middle].count >= rank { upper = middle } else { lower = middle + 1 }
        }
        // Above the highest finite bound nothing more is known than that bound.
        if lower == last { return buckets[last - 1].bound }
        let end = buckets[lower].bound
        if lower == 0, end <= 0 { return end }
        var start = 0.0
        var count = buckets[lower].count
        if lower > 0 {
            start = buckets[lower - 1].bound
            count -= buckets[lower - 1].count
            rank -= buckets[lower - 1].count
        }
        return start + (end - start) * (rank / count)
    }

    private static func makeMonotonic(_ buckets: inout [ClassicBucket]) -> Bool {
        var isForced = false
        var previous = buckets[0].count
        for index in 1..<buckets.count {
            let count = buckets[index].count
            if count == previous { continue }
            if isAlmostEqual(count, previous) {
                buckets[index].count = previous
            } else if count < previous {
                buckets[index].count = previous
                isForced = true
            } else {
                previous = count
            }
        }
        return isForced
    }

    private static func isAlmostEqual(_ a: Double, _ b: Double) -> Bool {
        if a.isNaN && b.isNaN { return true }
        let sum = a.magnitude + b.magnitude
        let difference = (a - b).magnitude
        if a == 0 || b == 0 || sum < Double.leastNormalMagnitude {
            return difference < tolerance * Double.leastNormalMagnitude
        }
        return difference / min(sum, Double.greatestFiniteMagnitude) < tolerance
    }
}
