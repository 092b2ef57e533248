internal import Glibc

/// Quantiles of numbers: exact up to `exactCountMax`, beyond that within `relativeError` of a value that is there.
///
/// The buckets are those of DDSketch (Masson, Rim and Lee, 2019): each ends a fixed factor above the one before.
struct QuantileSketch {
    static let exactCountMax = 1024
    static let relativeError = 0.005
    private static let gamma = (1 + relativeError) / (1 - relativeError)
    private static let logarithmOfGamma = log(gamma)
    /// Numbers nearer to zero count as zero.
    private static let least = 1e-12
    /// Buckets of one sign; past it, those of the smallest numbers become one.
    private static let bucketsMax = 8192

    private var exact: [Double] = []
    private var positive = Buckets()
    private var negative = Buckets()
    private var zeros = 0
    private(set) var count = 0
    private var min = Double.infinity
    private var max = -Double.infinity

    private struct Buckets {
        var counts: [Int32] = []
        var first = 0

        mutating func add(_ index: Int) {
            guard !counts.isEmpty else {
                first = index
                counts = [1]
                return
            }
            var index = index
            if index < first {
                // Slow path: room in front, as far as is allowed.
                let more = Swift.min(first - index, QuantileSketch.bucketsMax - counts.count)
                if more > 0 {
                    counts.insert(contentsOf: repeatElement(0, count: more), at: 0)
                    first -= more
                }
                index = Swift.max(index, first)
            }
            if index >= first + counts.count {
                counts.append(contentsOf: repeatElement(0, count: index - first - counts.count + 1))
                let excess = counts.count - QuantileSketch.bucketsMax
                if excess > 0 {
                    let folded = counts[...excess].reduce(0, &+)
                    counts.removeFirst(excess)
                    counts[0] = folded
                    first += excess
                }
            }
            counts[index - first] &+= 1
        }
    }

    /// Bytes it grew by, about.
    @discardableResult
    mutating func add(_ value: Double) -> Int {
        count += 1
        min = Swift.min(min, value)
        max = Swift.max(max, value)
        if count <= Self.exactCountMax {
            exact.append(value)
            return 8
        }
        let before = positive.counts.count + negative.counts.count
        if !exact.isEmpty {
            for kept in exact { put(kept) }
            exact = []
        }
        put(value)
        return (positive.counts.count + negative.counts.count - before) * 4
    }

    private mutating func put(_ value: Double) {
        if abs(value) < Self.least {
            zeros += 1
        } else {
            let index = Int((log(abs(value)) / Self.logarithmOfGamma).rounded(.up))
            if value > 0 { positive.add(index) } else { negative.add(index) }
        }
    }

    private static func value(_ index: Int) -> Double { 2 * exp(Double(index) * logarithmOfGamma) / (gamma + 1) }

    /// The buckets' values with their counts, ascending.
    private var steps: [(value: Double, count: Int)] {
        var steps: [(value: Double, count: Int)] = []
        for (offset, count) in negative.counts.enumerated().reversed() where count > 0 {
            steps.append((-Self.value(negative.first + offset), Int(count)))
        }
        if zeros > 0 { steps.append((0, zeros)) }
        for (offset, count) in positive.counts.enumerated() where count > 0 {
            steps.append((Self.value(positive.first + offset), Int(count)))
        }
        return steps
    }

    /// Of each share (0…1); nil without values.
    func quantiles(_ shares: [Double]) -> [Double?] {
        guard count > 0 else { return shares.map { _ in nil } }
        if count <= Self.exactCountMax {
            let sorted = exact.sorted()
            return shares.map { share in
                let place = share * Double(sorted.count - 1)
                let below = Int(place.rounded(.down))
                let above = Swift.min(below + 1, sorted.count - 1)
                return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
            }
        }
        let steps = self.steps
        return shares.map { share in
            if share <= 0 { return min }
            if share >= 1 { return max }
            let rank = share * Double(count - 1)
            var passed = 0
            for step in steps {
                passed += step.count
                if Double(passed) > rank { return Swift.min(Swift.max(step.value, min), max) }
            }
            return max
        }
    }

    /// The share (0…1) of values up to each of `values`.
    func shares(upTo values: [Double]) -> [Double?] {
        guard count > 0 else { return values.map { _ in nil } }
        if count <= Self.exactCountMax {
            return values.map { value in Double(exact.count { $0 <= value }) / Double(count) }
        }
        let steps = self.steps
        return values.map { value in
            Double(steps.reduce(0) { $0 + ($1.value <= value ? $1.count : 0) }) / Double(count)
        }
    }
}
