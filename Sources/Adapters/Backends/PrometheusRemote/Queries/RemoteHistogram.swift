import Glibc
import SignalModel
import WireFormats

/// A histogram as the API writes it: buckets with their bounds. Which schema it had is not told, and follows from the
/// bounds; empty buckets are left out.
struct RemoteHistogram {
    /// More are refused: the finest histograms that servers keep have some hundreds.
    private static let bucketsMax = 100_000
    /// Bounds are told with all their digits; the last may still be rounded.
    private static let tolerance = 1e-9

    private struct Bucket {
        /// 0 holds its upper bound, 1 its lower one, 2 neither, 3 both.
        var rule: Int
        var lower: Double
        var upper: Double
        var count: Double
    }

    private var count = 0.0
    private var sum = 0.0
    private var buckets: [Bucket] = []

    init(_ reader: inout JSONScanner) throws(WireFormatError) {
        var read = (count: 0.0, sum: 0.0, buckets: [Bucket]())
        try reader.object { (reader, key) throws(WireFormatError) in
            switch key {
            case "count": read.count = try QueryAnswerDecoder.number(try reader.string(), reader)
            case "sum": read.sum = try QueryAnswerDecoder.number(try reader.string(), reader)
            case "buckets":
                if try reader.null() { return }
                try reader.array { (reader) throws(WireFormatError) in
                    read.buckets.append(try Self.bucket(&reader))
                    guard read.buckets.count <= Self.bucketsMax else {
                        throw reader.problem("more than \(Self.bucketsMax) buckets")
                    }
                }
            default: try reader.skip()
            }
        }
        (count, sum, buckets) = read
    }

    private static func bucket(_ reader: inout JSONScanner) throws(WireFormatError) -> Bucket {
        var numbers: [Double] = []
        try reader.array { (reader) throws(WireFormatError) in
            guard numbers.count < 4 else { throw reader.problem("a bucket of more than four parts") }
            numbers.append(
                numbers.isEmpty ? try reader.number() : try QueryAnswerDecoder.number(try reader.string(), reader))
        }
        guard numbers.count == 4, (0...3).contains(numbers[0]), numbers[1] <= numbers[2] else {
            throw reader.problem("a bucket is four parts: a rule from 0 to 3, two bounds in order, a count")
        }
        return Bucket(rule: Int(numbers[0]), lower: numbers[1], upper: numbers[2], count: numbers[3])
    }

    func native(_ reader: JSONScanner) throws(WireFormatError) -> NativeHistogram {
        var result = NativeHistogram(count: count, sum: sum)
        // The zero bucket is the one that holds both bounds and lies around zero.
        let zero = buckets.first { $0.rule == 3 && $0.lower == -$0.upper }
        if let zero {
            result.zeroThreshold = zero.upper
            result.zeroCount = zero.count
        }
        let positive = buckets.filter { $0.rule == 0 }
        let negative = buckets.filter { $0.rule == 1 }
        let others = buckets.count - positive.count - negative.count - (zero == nil ? 0 : 1)
        if others == 0, place(positive, negative, in: &result) { return result }
        guard negative.isEmpty, zero == nil else { throw reader.problem("buckets of no known schema") }
        placeCustom(in: &result)
        return result
    }

    /// False when the bounds are those of no exponential schema.
    private func place(_ positive: [Bucket], _ negative: [Bucket], in result: inout NativeHistogram) -> Bool {
        let sides = [positive, negative.map { Bucket(rule: 0, lower: -$0.upper, upper: -$0.lower, count: $0.count) }]
        // Bounds that the zero bucket cut off tell nothing of the growth.
        let whole = sides.joined().filter { $0.lower > 0 && $0.lower > result.zeroThreshold && $0.upper.isFinite }
        guard let widest = whole.first ?? sides.joined().first(where: { $0.lower > 0 }) else {
            return positive.isEmpty && negative.isEmpty
        }
        guard widest.lower > 0, widest.upper.isFinite else { return false }
        let growth = (-log2(log2(widest.upper / widest.lower))).rounded()
        // Also for what is no number.
        guard growth.magnitude < 100, NativeHistogram.schemas.contains(Int(growth)) else { return false }
        let schema = Int(growth)
        var placed: [HistogramBuckets] = []
        for side in sides {
            var found = HistogramBuckets()
            for bucket in side.sorted(by: { $0.upper < $1.upper }) {
                let index = (log2(bucket.upper) * exp2(Double(schema))).rounded()
                guard index.magnitude < 1e6 else { return false }
                let upper = NativeHistogram.exponentialBound(Int32(index), schema: schema)
                let lower = max(
                    NativeHistogram.exponentialBound(Int32(index) - 1, schema: schema), result.zeroThreshold)
                guard Self.isNear(upper, bucket.upper), Self.isNear(lower, bucket.lower) else { return false }
                if let last = found.indexes.last, last >= Int32(index) { return false }
                found.append(Int32(index), bucket.count)
            }
            placed.append(found)
        }
        result.schema = schema
        (result.positive, result.negative) = (placed[0], placed[1])
        return true
    }

    private static func isNear(_ left: Double, _ right: Double) -> Bool {
        left == right || (left - right).magnitude <= tolerance * max(left.magnitude, right.magnitude)
    }

    /// Bounds of its own: those that are told, which are those of buckets that are not empty and their neighbours'.
    private func placeCustom(in result: inout NativeHistogram) {
        let bounds = Set(buckets.flatMap { [$0.lower, $0.upper] }.filter(\.isFinite)).sorted()
        result.schema = NativeHistogram.customSchema
        result.customBounds = bounds
        for bucket in buckets.sorted(by: { $0.upper < $1.upper }) {
            let index = bounds.firstIndex(of: bucket.upper) ?? bounds.count
            result.positive.append(Int32(index), bucket.count)
        }
    }
}
