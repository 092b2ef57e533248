import Basics
import SignalModel

/// Counts of durations by the buckets of native histograms, of many series.
struct NativeCounts: Sendable {
    /// Eight buckets for each doubling: within nine percent.
    static let schema = 3
    /// As Prometheus' clients have it: no duration but none at all is as short.
    private static let zeroThreshold = 0x1p-128

    private struct Series: Sendable {
        /// The bucket of the first count.
        var first = 0
        var counts: [Double] = []
        var zeroCount = 0.0
        var sum = 0.0
    }

    /// Bounds of buckets from that of a nanosecond to that of the longest duration.
    private static let firstIndex = -240
    private static let bounds: [Double] = (firstIndex...265).map {
        NativeHistogram.exponentialBound(Int32($0), schema: schema)
    }

    private var series: [Series] = []

    mutating func addSeries() { series.append(Series()) }

    /// Without one; the last takes its place.
    mutating func removeSeries(_ number: Int) {
        series.swapAt(number, series.count - 1)
        series.removeLast()
    }

    static func bucket(ofSeconds seconds: Double) -> Int {
        var low = 0
        var high = bounds.count - 1
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] < seconds { low = middle + 1 } else { high = middle }
        }
        return firstIndex + low
    }

    mutating func add(_ number: Int, seconds: Double, weight: Double) {
        series[number].sum += seconds * weight
        guard seconds > 0 else {
            series[number].zeroCount += weight
            return
        }
        let bucket = Self.bucket(ofSeconds: seconds)
        if series[number].counts.isEmpty { series[number].first = bucket }
        let before = series[number].first - bucket
        if before > 0 {
            series[number].counts.insert(contentsOf: repeatElement(0, count: before), at: 0)
            series[number].first = bucket
        }
        let place = bucket - series[number].first
        while place >= series[number].counts.count { series[number].counts.append(0) }
        series[number].counts[place] += weight
    }

    /// Of nothing yet.
    static var empty: NativeHistogram { NativeHistogram(schema: schema, zeroThreshold: zeroThreshold) }

    func histogram(_ number: Int) -> NativeHistogram {
        let own = series[number]
        var histogram = Self.empty
        histogram.sum = own.sum
        histogram.zeroCount = own.zeroCount
        histogram.count = own.zeroCount
        for (place, count) in own.counts.enumerated() where count > 0 {
            histogram.positive.append(Int32(own.first + place), count)
            histogram.count += count
        }
        return histogram
    }

    // MARK: Checkpoint

    func write(_ number: Int, to writer: inout CheckpointWriter) {
        writer.append(UInt64(bitPattern: Int64(series[number].first)))
        writer.append(series[number].counts)
        writer.append(series[number].zeroCount)
        writer.append(series[number].sum)
    }

    /// Reads the counts of the series that was added last; into nothing where none are kept.
    static func read(
        _ reader: inout CheckpointReader, into native: inout NativeCounts?
    ) throws(CheckpointError) {
        var own = Series()
        let first = Int64(bitPattern: try reader.number())
        own.counts = try reader.doubles()
        own.zeroCount = try reader.double()
        own.sum = try reader.double()
        let firstMax = firstIndex + bounds.count - own.counts.count
        guard first >= firstIndex, first <= firstMax else { throw CheckpointError("a duration of no bucket") }
        own.first = Int(first)
        if let last = native?.series.indices.last { native?.series[last] = own }
    }
}
