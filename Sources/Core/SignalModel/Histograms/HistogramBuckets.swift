/// The buckets of one side of a histogram, only those that are listed: indexes strictly ascending, each with its
/// count. A listed bucket may be empty.
package struct HistogramBuckets: Sendable {
    package private(set) var indexes: [Int32]
    package private(set) var counts: [Double]

    package init() {
        indexes = []
        counts = []
    }

    /// `indexes` ascend and are as many as `counts`.
    package init(indexes: [Int32], counts: [Double]) {
        self.indexes = indexes
        self.counts = counts
    }

    package var count: Int { indexes.count }
    package var isEmpty: Bool { indexes.isEmpty }
    package var total: Double { counts.reduce(0, +) }

    package mutating func append(_ index: Int32, _ count: Double) {
        indexes.append(index)
        counts.append(count)
    }

    package mutating func setCount(_ count: Double, at place: Int) { counts[place] = count }

    package func isIdentical(to other: HistogramBuckets) -> Bool {
        indexes == other.indexes && zip(counts, other.counts).allSatisfy { $0.bitPattern == $1.bitPattern }
    }

    package mutating func compact() {
        guard counts.contains(0) else { return }
        let kept = counts.indices.filter { counts[$0] != 0 }
        indexes = kept.map { indexes[$0] }
        counts = kept.map { counts[$0] }
    }

    package mutating func scale(_ change: (Double) -> Double) {
        for place in counts.indices { counts[place] = change(counts[place]) }
    }

    /// The same observations in coarser buckets: `steps` is how much the schema goes down.
    package func reduced(by steps: Int) -> HistogramBuckets {
        if steps == 0 { return self }
        var result = HistogramBuckets()
        for (index, count) in zip(indexes, counts) {
            let target = ((index - 1) >> Int32(steps)) + 1
            if result.indexes.last == target {
                result.counts[result.counts.count - 1] += count
            } else {
                result.append(target, count)
            }
        }
        return result
    }

    /// Adds `other` times `sign`. Its buckets that `isLeftOut` tells are passed over.
    package mutating func add(_ other: HistogramBuckets, sign: Double, isLeftOut: (Int32) -> Bool) {
        var merged = HistogramBuckets()
        merged.indexes.reserveCapacity(max(count, other.count))
        merged.counts.reserveCapacity(max(count, other.count))
        var mine = 0
        for place in 0..<other.count {
            let index = other.indexes[place]
            if isLeftOut(index) { continue }
            while mine < count, indexes[mine] < index {
                merged.append(indexes[mine], counts[mine])
                mine += 1
            }
            if mine < count, indexes[mine] == index {
                merged.append(index, counts[mine] + sign * other.counts[place])
                mine += 1
            } else {
                merged.append(index, sign * other.counts[place])
            }
        }
        while mine < count {
            merged.append(indexes[mine], counts[mine])
            mine += 1
        }
        self = merged
    }
}

/// A run of buckets next to each other, as Prometheus' formats list them.
package struct HistogramSpan: Sendable, Hashable {
    /// From the end of the run before; of the first one the index it begins at.
    package var offset: Int32
    package var length: UInt32

    package init(offset: Int32, length: UInt32) {
        self.offset = offset
        self.length = length
    }
}

extension HistogramBuckets {
    package static func spans(of indexes: [Int32]) -> [HistogramSpan] {
        var spans: [HistogramSpan] = []
        // Where a bucket would go on from the one before.
        var next: Int32 = 0
        for index in indexes {
            if let last = spans.indices.last, index == next {
                spans[last].length += 1
            } else {
                spans.append(HistogramSpan(offset: index - next, length: 1))
            }
            next = index + 1
        }
        return spans
    }

    package var spans: [HistogramSpan] { Self.spans(of: indexes) }

    /// The indexes that spans stand for. Nil when they go back, go beyond `indexMax`, or are not `count` in all.
    package static func indexes(of spans: some Sequence<HistogramSpan>, count: Int) -> [Int32]? {
        var result: [Int32] = []
        result.reserveCapacity(count)
        var next: Int64 = 0
        var isFirst = true
        for span in spans {
            guard isFirst || span.offset >= 0, Int(span.length) <= count - result.count else { return nil }
            isFirst = false
            next += Int64(span.offset)
            guard next.magnitude + UInt64(span.length) <= UInt64(indexMax) else { return nil }
            for _ in 0..<span.length {
                result.append(Int32(next))
                next += 1
            }
        }
        return result.count == count ? result : nil
    }

    /// No bucket of a number that a float can hold lies beyond it, in the finest schema there is.
    package static let indexMax: Int32 = 1 << 30
}
