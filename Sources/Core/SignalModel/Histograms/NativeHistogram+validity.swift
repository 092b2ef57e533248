extension NativeHistogram {
    /// What is wrong with a histogram that a stranger sent; nil when it can be stored. The words are Prometheus'.
    package var problem: String? {
        if isStale { return nil }
        if hasCustomBounds {
            if let problem = customProblem { return problem }
        } else {
            guard Self.schemas.contains(schema) else {
                return
                    "histogram has an invalid schema \(schema), must be between -4 and 8, or -53 for custom buckets"
            }
            if !customBounds.isEmpty { return "histogram with exponential schema must not have custom bounds" }
            if let problem = Self.problem(of: negative) { return "negative side: \(problem)" }
            if zeroCount < 0 { return "zero bucket has observation count of \(zeroCount): it must not be negative" }
            guard zeroThreshold >= 0, zeroThreshold.isFinite else {
                return "zero threshold \(zeroThreshold) must be a number not below zero"
            }
        }
        if count < 0 { return "observation count is \(count): it must not be negative" }
        if let problem = Self.problem(of: positive) { return "positive side: \(problem)" }
        // Floats may have lost something to rounding.
        guard !isFloat else { return nil }
        let total = positive.total + negative.total + zeroCount
        if sum.isNaN ? total > count : total != count {
            return "\(total) observations found in buckets, but the Count field is \(count)"
        }
        return nil
    }

    private var customProblem: String? {
        for place in customBounds.indices {
            guard customBounds[place].isFinite else {
                return "custom buckets: bound \(place + 1) is not a finite number: \(customBounds[place])"
            }
            if place > 0, customBounds[place] <= customBounds[place - 1] {
                return "custom buckets: bound \(place + 1) is less or equal to the one before: \(customBounds[place])"
            }
        }
        if let first = positive.indexes.first, first < 0 { return "custom buckets: a bucket with a negative index" }
        if let last = positive.indexes.last, Int(last) > customBounds.count {
            return "custom buckets: only \(customBounds.count) custom bounds defined which is insufficient to cover "
                + "the buckets"
        }
        if zeroCount != 0 || zeroThreshold != 0 { return "custom buckets: must have no zero bucket" }
        return negative.isEmpty ? nil : "custom buckets: must not have negative buckets"
    }

    private static func problem(of buckets: HistogramBuckets) -> String? {
        guard let place = buckets.counts.firstIndex(where: { $0 < 0 || $0.isNaN }) else { return nil }
        return "bucket number \(place + 1) has observation count of \(buckets.counts[place]): it must not be negative"
    }
}
