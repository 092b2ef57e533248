/// How often which duration occurred, within some three percent: sixteen buckets for each doubling, weighted.
package struct DurationSketch: Sendable, Hashable {
    private(set) var first = 0
    private(set) var counts: [Double] = []
    package private(set) var count = 0.0
    package private(set) var sumNanoseconds = 0.0
    package private(set) var maxNanoseconds: Int64 = 0

    private static let bits = 4

    package init() {}

    /// One that was taken apart: counts of the buckets from `first` on.
    init(first: Int, counts: [Double], sumNanoseconds: Double, maxNanoseconds: Int64) {
        self.first = first
        self.counts = counts
        self.sumNanoseconds = sumNanoseconds
        self.maxNanoseconds = maxNanoseconds
        count = counts.reduce(0, +)
    }

    /// Of the longest duration there is.
    static let lastBucket = bucket(.max)

    private static func bucket(_ nanoseconds: Int64) -> Int {
        let value = UInt64(max(nanoseconds, 1))
        let exponent = 63 - value.leadingZeroBitCount
        guard exponent >= bits else { return Int(value) }
        let fraction = Int(value >> UInt64(exponent - bits)) & ((1 << bits) - 1)
        return (exponent - bits + 1) << bits + fraction
    }

    /// The least value of a bucket.
    private static func lowerBound(_ bucket: Int) -> Double {
        guard bucket >= 1 << bits else { return Double(bucket) }
        let exponent = bucket >> bits + bits - 1
        let value = UInt64(1 << bits + bucket & ((1 << bits) - 1))
        return Double(value) * Double(sign: .plus, exponent: exponent - bits, significand: 1)
    }

    package mutating func add(_ nanoseconds: Int64, weight: Double = 1) {
        let bucket = Self.bucket(nanoseconds)
        if counts.isEmpty { first = bucket }
        if bucket < first {
            counts.insert(contentsOf: repeatElement(0, count: first - bucket), at: 0)
            first = bucket
        }
        while bucket - first >= counts.count { counts.append(0) }
        counts[bucket - first] += weight
        count += weight
        sumNanoseconds += Double(max(0, nanoseconds)) * weight
        maxNanoseconds = max(maxNanoseconds, nanoseconds)
    }

    package mutating func merge(_ other: DurationSketch) {
        guard other.count > 0 else { return }
        if counts.isEmpty {
            self = other
            return
        }
        if other.first < first {
            counts.insert(contentsOf: repeatElement(0, count: first - other.first), at: 0)
            first = other.first
        }
        while other.first + other.counts.count > first + counts.count { counts.append(0) }
        for (offset, share) in other.counts.enumerated() { counts[other.first - first + offset] += share }
        count += other.count
        sumNanoseconds += other.sumNanoseconds
        maxNanoseconds = max(maxNanoseconds, other.maxNanoseconds)
    }

    /// Between the bounds of the bucket it falls into; nil of nothing.
    package func quantile(_ quantile: Double) -> Double? {
        guard count > 0 else { return nil }
        var left = quantile * count
        for (offset, share) in counts.enumerated() where share > 0 {
            if left <= share {
                let low = Self.lowerBound(first + offset)
                let high = Self.lowerBound(first + offset + 1)
                return min(low + (high - low) * max(0, left / share), Double(max(1, maxNanoseconds)))
            }
            left -= share
        }
        return Double(maxNanoseconds)
    }

    /// Bounds and counts of the buckets that have something.
    package var buckets: [(low: Double, high: Double, count: Double)] {
        counts.indices.filter { counts[$0] > 0 }.map {
            (Self.lowerBound(first + $0), Self.lowerBound(first + $0 + 1), counts[$0])
        }
    }
}
