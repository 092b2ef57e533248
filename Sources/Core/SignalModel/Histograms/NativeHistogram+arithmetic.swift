/// Exponential and custom buckets have nothing in common that could be added or compared.
package struct IncompatibleHistograms: Error {}

extension NativeHistogram {
    /// What adding two histograms had to settle.
    package struct Reconciled: Sendable {
        /// One says that counting began anew, the other that it did not.
        package var countersCollided = false
        /// Custom bounds differed: only those common to both are left.
        package var boundsDiffered = false
    }

    /// Adds `other` times `sign`, which is one or minus one. Differing zero thresholds, schemas and custom bounds are
    /// brought to the coarser of both.
    @discardableResult
    package mutating func add(_ other: NativeHistogram, sign: Double = 1) throws(IncompatibleHistograms)
        -> Reconciled
    {
        guard hasCustomBounds == other.hasCustomBounds else { throw IncompatibleHistograms() }
        var reconciled = Reconciled()
        reconciled.countersCollided = adoptCounterReset(of: other)
        isFloat = true
        if hasCustomBounds {
            count += sign * other.count
            sum += sign * other.sum
            if customBounds == other.customBounds {
                positive.add(other.positive, sign: sign) { _ in false }
            } else {
                reconciled.boundsDiffered = true
                let common = Self.commonBounds(customBounds, other.customBounds)
                positive = Self.mapped(positive, from: customBounds, to: common)
                let mapped = Self.mapped(other.positive, from: other.customBounds, to: common)
                positive.add(mapped, sign: sign) { _ in false }
                positive.compact()
                customBounds = common
            }
            return reconciled
        }
        zeroCount += sign * reconcileZeroBucket(with: other)
        count += sign * other.count
        sum += sign * other.sum
        let target = min(schema, other.schema)
        positive = positive.reduced(by: schema - target)
        negative = negative.reduced(by: schema - target)
        schema = target
        let threshold = zeroThreshold
        // Those the zero bucket swallowed are in its count already.
        let isLeftOut: (Int32) -> Bool = { index in
            threshold > 0 && Self.exponentialBound(index, schema: target) <= threshold
        }
        positive.add(other.positive.reduced(by: other.schema - target), sign: sign, isLeftOut: isLeftOut)
        negative.add(other.negative.reduced(by: other.schema - target), sign: sign, isLeftOut: isLeftOut)
        return reconciled
    }

    /// True when the two contradict each other.
    package mutating func adoptCounterReset(of other: NativeHistogram) -> Bool {
        switch (counterReset, other.counterReset) {
        case let (mine, others) where mine == others: return false
        case (.gauge, _), (.unknown, .reset), (.unknown, .notReset): return false
        case (_, .gauge):
            counterReset = .gauge
            return false
        case (_, .unknown):
            counterReset = .unknown
            return false
        default:
            counterReset = .unknown
            return true
        }
    }

    package mutating func multiply(by factor: Double) {
        scale { $0 * factor }
        if factor < 0 { counterReset = .gauge }
    }

    package mutating func divide(by divisor: Double) {
        scale { $0 / divisor }
        if divisor == 0 {
            positive = HistogramBuckets()
            negative = HistogramBuckets()
        } else if divisor < 0 {
            counterReset = .gauge
        }
    }

    private mutating func scale(_ change: (Double) -> Double) {
        isFloat = true
        zeroCount = change(zeroCount)
        count = change(count)
        sum = change(sum)
        positive.scale(change)
        negative.scale(change)
    }

    package func reduced(to target: Int) -> NativeHistogram {
        guard target < schema, !hasCustomBounds else { return self }
        var result = self
        result.positive = positive.reduced(by: schema - target)
        result.negative = negative.reduced(by: schema - target)
        result.schema = target
        return result
    }

    // MARK: The zero bucket

    /// Widens this zero bucket until both can have it and no populated bucket is cut; returns what `other` would
    /// then count in its own.
    private mutating func reconcileZeroBucket(with other: NativeHistogram) -> Double {
        var otherCount = other.zeroCount
        var otherThreshold = other.zeroThreshold
        while otherThreshold != zeroThreshold {
            if zeroThreshold > otherThreshold {
                (otherCount, otherThreshold) = other.zeroBucket(widenedTo: zeroThreshold)
            }
            if otherThreshold > zeroThreshold {
                (zeroCount, zeroThreshold) = zeroBucket(widenedTo: otherThreshold)
                dropSwallowedBuckets()
            }
            // A threshold that is no number would never be met.
            if otherThreshold.isNaN || zeroThreshold.isNaN { break }
        }
        return otherCount
    }

    /// What the zero bucket would count with a larger threshold, which grows further to the end of a populated bucket
    /// that it would cut.
    func zeroBucket(widenedTo wanted: Double) -> (count: Double, threshold: Double) {
        var threshold = wanted
        if threshold == zeroThreshold { return (zeroCount, threshold) }
        outer: while true {
            var count = zeroCount
            for place in 0..<positive.count {
                let bucket = positiveBucket(place)
                if bucket.lower >= threshold { break }
                count += bucket.count
                if bucket.upper > threshold {
                    if bucket.count != 0 { threshold = bucket.upper }
                    break
                }
            }
            for place in 0..<negative.count {
                let bucket = negativeBucket(place)
                if bucket.upper <= -threshold { break }
                count += bucket.count
                if bucket.lower < -threshold {
                    if bucket.count != 0 {
                        threshold = -bucket.lower
                        continue outer
                    }
                    break
                }
            }
            return (count, threshold)
        }
    }

    private mutating func dropSwallowedBuckets() {
        for place in 0..<positive.count {
            if positiveBucket(place).lower >= zeroThreshold { break }
            positive.setCount(0, at: place)
        }
        for place in 0..<negative.count {
            if negativeBucket(place).upper <= -zeroThreshold { break }
            negative.setCount(0, at: place)
        }
        compact()
    }

    // MARK: Custom bounds

    static func commonBounds(_ left: [Double], _ right: [Double]) -> [Double] {
        var common: [Double] = []
        var place = 0
        for bound in left {
            while place < right.count, right[place] < bound { place += 1 }
            if place < right.count, right[place] == bound { common.append(bound) }
        }
        return common
    }

    /// The same observations in the buckets of fewer bounds, which are among `bounds`.
    static func mapped(_ buckets: HistogramBuckets, from bounds: [Double], to fewer: [Double]) -> HistogramBuckets {
        var counts = [Double](repeating: 0, count: fewer.count + 1)
        var target = 0
        for (index, count) in zip(buckets.indexes, buckets.counts) {
            if Int(index) < bounds.count, index >= 0 {
                while target < fewer.count, fewer[target] < bounds[Int(index)] { target += 1 }
            } else {
                target = fewer.count
            }
            counts[target] += count
        }
        return HistogramBuckets(indexes: (0..<Int32(counts.count)).map { $0 }, counts: counts)
    }
}
