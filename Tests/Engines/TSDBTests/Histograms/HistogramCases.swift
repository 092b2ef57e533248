import Basics
import SignalModel
import TestKit

@testable import TSDB

/// Series of histograms as they come from the world: counters that grow and get buckets, gauges, resets, floats,
/// custom buckets, gaps, and floats in between.
struct HistogramCases {
    enum Kind: String, CaseIterable {
        case whole, float, gauge, custom, customFloat, mixed
    }

    let chance: SeededRandomness
    private var last: [String: NativeHistogram] = [:]

    init(seed: UInt64) { chance = SeededRandomness(seed: seed) }

    /// The next sample of a series; nil for a float in its place.
    mutating func next(_ kind: Kind, of series: String) -> NativeHistogram? {
        if kind == .mixed, chance.next() % 3 == 0 { return nil }
        if chance.next() % 37 == 0 {
            last[series] = nil
            return NativeHistogram.stale(isFloat: kind == .float || kind == .customFloat)
        }
        // Counting begins anew now and then.
        var histogram = chance.next() % 41 == 0 ? nil : last[series]
        if chance.next() % 53 == 0 { histogram = nil }
        let next = grown(histogram ?? fresh(kind), kind)
        last[series] = next
        return next
    }

    private func fresh(_ kind: Kind) -> NativeHistogram {
        let isCustom = kind == .custom || kind == .customFloat
        let thresholds = [0, 0x1p-128, 0x1p10, 0.001]
        return NativeHistogram(
            schema: isCustom ? NativeHistogram.customSchema : Int(chance.next() % 13) - 4,
            zeroThreshold: isCustom ? 0 : thresholds[Int(chance.next() % 4)],
            customBounds: isCustom
                ? [[-1, 0, 0.005, 2.5, 33554.43, 1e9], [0.1, 0.25, 1]][Int(chance.next() % 2)] : [],
            counterReset: kind == .gauge ? .gauge : .unknown, isFloat: kind == .float || kind == .customFloat)
    }

    /// A few observations more; of a gauge, fewer as well.
    private func grown(_ histogram: NativeHistogram, _ kind: Kind) -> NativeHistogram {
        var next = histogram
        let share = histogram.isFloat ? 0.25 : 1
        for _ in 0..<chance.next() % 6 {
            let amount = Double(chance.next() % 9) * share
            let index =
                next.hasCustomBounds
                ? Int32(chance.next() % UInt64(next.customBounds.count + 1)) : Int32(chance.next() % 40) - 20
            let one = HistogramBuckets(indexes: [index], counts: [amount])
            if !next.hasCustomBounds, chance.next() % 3 == 0 {
                next.negative.add(one, sign: 1) { _ in false }
            } else {
                next.positive.add(one, sign: 1) { _ in false }
            }
            next.sum += amount * 1.5
        }
        if kind == .gauge, let place = next.positive.counts.indices.first, chance.next() % 2 == 0 {
            next.positive.setCount((next.positive.counts[place] / 2).rounded(.down), at: place)
        }
        if !next.hasCustomBounds { next.zeroCount += Double(chance.next() % 3) * share }
        next.count = next.positive.total + next.negative.total + next.zeroCount
        return next
    }
}

extension SampleBuffer {
    /// Each sample with all its bits; what is known of the one before it left aside.
    var lines: [String] {
        zip(timestamps, values).map { time, value in
            guard HistogramBox.isBox(value) else { return "\(time) \(value.bitPattern)" }
            let histogram = histograms[HistogramBox.place(value)]
            return "\(time) \(histogram.bits)"
        }
    }
}

extension NativeHistogram {
    fileprivate var bits: String {
        func side(_ buckets: HistogramBuckets) -> String {
            zip(buckets.indexes, buckets.counts).filter { $1 != 0 }.map { "\($0):\($1)" }.joined(separator: " ")
        }
        return "\(schema) \(zeroThreshold) \(zeroCount) \(count) \(sum.bitPattern) [\(side(positive))] "
            + "[\(side(negative))] \(customBounds) \(counterReset == .gauge)"
    }
}
