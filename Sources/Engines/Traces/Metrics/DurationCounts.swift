import Basics
import SignalModel

/// Counts of durations by classic buckets, of many series in flat arrays.
struct DurationCounts: Sendable {
    let bounds: [Double]
    /// In nanoseconds.
    private let limits: [Int64]
    /// Of each series one a bucket, the one without bound last; not cumulative.
    private(set) var counts: [Double] = []
    private(set) var sums: [Double] = []
    /// The latest span of each bucket since the last cut.
    private var exemplars: [Int: Example] = [:]

    private struct Example: Sendable {
        var trace: TraceID
        var span: UInt64
        var seconds: Double
    }

    var width: Int { bounds.count + 1 }

    init(_ bounds: [Double]) {
        self.bounds = bounds
        limits = bounds.map { Int64($0 * 1e9) }
    }

    mutating func addSeries() {
        counts.append(contentsOf: repeatElement(0, count: width))
        sums.append(0)
    }

    mutating func addSeries(_ counts: [Double], sum: Double) {
        self.counts.append(contentsOf: counts)
        sums.append(sum)
    }

    /// Without one; the last takes its place.
    mutating func removeSeries(_ series: Int) {
        let last = sums.count - 1
        for bucket in 0..<width { counts[series * width + bucket] = counts[last * width + bucket] }
        sums[series] = sums[last]
        counts.removeLast(width)
        sums.removeLast()
    }

    func counts(of series: Int) -> ArraySlice<Double> { counts[series * width..<(series + 1) * width] }

    func count(of series: Int) -> Double { counts(of: series).reduce(0, +) }

    mutating func add(_ series: Int, _ span: Span) {
        let duration = max(0, span.durationNanoseconds)
        var low = 0
        var high = limits.count
        while low < high {
            let middle = (low + high) / 2
            if limits[middle] < duration { low = middle + 1 } else { high = middle }
        }
        let place = series * width + low
        counts[place] += span.weight
        let seconds = Double(duration) / 1e9
        sums[series] += seconds * span.weight
        exemplars[place] = Example(trace: span.trace, span: span.id, seconds: seconds)
    }

    /// Writes `name_bucket`, `name_count` and `name_sum`; exemplars are given once.
    mutating func write(
        _ series: Int, _ labels: SeriesLabels, name: String, to samples: inout SampleBatch, at times: [Timestamp]
    ) {
        var total = 0.0
        for bucket in 0..<width {
            total += counts[series * width + bucket]
            let bound = bucket < bounds.count ? SeriesLabels.text(bounds[bucket]) : "+Inf"
            labels.write(name + "_bucket", bound: bound, to: &samples)
            for time in times.dropLast() { samples.append(Sample(timestamp: time, value: 0)) }
            samples.append(Sample(timestamp: times[times.count - 1], value: total))
            if let example = exemplars.removeValue(forKey: series * width + bucket) {
                samples.append(
                    Exemplar(
                        labels: Labels([
                            (name: "span_id", value: SpanID(example.span).hexadecimal),
                            (name: "trace_id", value: example.trace.hexadecimal),
                        ]), value: example.seconds, timestamp: times[times.count - 1]))
            }
        }
        for (suffix, value) in [("_count", total), ("_sum", sums[series])] {
            labels.write(name + suffix, to: &samples)
            for time in times.dropLast() { samples.append(Sample(timestamp: time, value: 0)) }
            samples.append(Sample(timestamp: times[times.count - 1], value: value))
        }
    }
}
