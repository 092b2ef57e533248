import Basics
import SignalModel

/// Counts of durations by classic buckets, of many series in flat arrays, and by those of native histograms if asked
/// for.
struct DurationCounts: Sendable {
    let bounds: [Double]
    /// In nanoseconds.
    private let limits: [Int64]
    /// Of each series one a bucket, the one without bound last; not cumulative.
    private(set) var counts: [Double] = []
    private(set) var sums: [Double] = []
    /// The latest span of each bucket since the last cut.
    private var exemplars: [Int: Example] = [:]
    private let histograms: SpanHistograms
    /// Nil where only classic ones are written.
    private var native: NativeCounts?

    private struct Example: Sendable {
        var trace: TraceID
        var span: UInt64
        var seconds: Double

        func exemplar(at time: Timestamp) -> Exemplar {
            Exemplar(
                labels: Labels([
                    (name: "span_id", value: SpanID(span).hexadecimal),
                    (name: "trace_id", value: trace.hexadecimal),
                ]), value: seconds, timestamp: time)
        }
    }

    var width: Int { bounds.count + 1 }

    init(_ settings: SpanMetricsSettings) {
        bounds = settings.bucketSeconds
        histograms = settings.histograms
        native = histograms == .classic ? nil : NativeCounts()
        limits = bounds.map { Int64($0 * 1e9) }
    }

    mutating func addSeries() {
        counts.append(contentsOf: repeatElement(0, count: width))
        sums.append(0)
        native?.addSeries()
    }

    private mutating func addSeries(_ counts: [Double], sum: Double) {
        self.counts.append(contentsOf: counts)
        sums.append(sum)
        native?.addSeries()
    }

    /// Without one; the last takes its place.
    mutating func removeSeries(_ series: Int) {
        let last = sums.count - 1
        for bucket in 0..<width { counts[series * width + bucket] = counts[last * width + bucket] }
        sums[series] = sums[last]
        counts.removeLast(width)
        sums.removeLast()
        native?.removeSeries(series)
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
        native?.add(series, seconds: seconds, weight: span.weight)
        exemplars[place] = Example(trace: span.trace, span: span.id, seconds: seconds)
    }

    /// Writes `name` as a native histogram, and `name_bucket`, `name_count` and `name_sum`; exemplars are given once.
    mutating func write(
        _ series: Int, _ labels: SeriesLabels, name: String, to samples: inout SampleBatch, at times: [Timestamp]
    ) {
        if let native { write(native, series, labels, name, to: &samples, at: times) }
        if histograms == .native {
            for bucket in 0..<width { exemplars[series * width + bucket] = nil }
            return
        }
        var total = 0.0
        for bucket in 0..<width {
            total += counts[series * width + bucket]
            let bound = bucket < bounds.count ? SeriesLabels.text(bounds[bucket]) : "+Inf"
            labels.write(name + "_bucket", bound: bound, to: &samples)
            for time in times.dropLast() { samples.append(Sample(timestamp: time, value: 0)) }
            samples.append(Sample(timestamp: times[times.count - 1], value: total))
            if let example = exemplars.removeValue(forKey: series * width + bucket) {
                samples.append(example.exemplar(at: times[times.count - 1]))
            }
        }
        for (suffix, value) in [("_count", total), ("_sum", sums[series])] {
            labels.write(name + suffix, to: &samples)
            for time in times.dropLast() { samples.append(Sample(timestamp: time, value: 0)) }
            samples.append(Sample(timestamp: times[times.count - 1], value: value))
        }
    }

    /// With the slowest of its exemplars: one series has one at a time.
    private func write(
        _ native: NativeCounts, _ series: Int, _ labels: SeriesLabels, _ name: String,
        to samples: inout SampleBatch, at times: [Timestamp]
    ) {
        labels.write(name, to: &samples)
        for time in times.dropLast() { samples.append(NativeCounts.empty, at: time) }
        samples.append(native.histogram(series), at: times[times.count - 1])
        let slowest = (0..<width).reversed().lazy.compactMap { exemplars[series * width + $0] }.first
        if let slowest { samples.append(slowest.exemplar(at: times[times.count - 1])) }
    }

    // MARK: Checkpoint

    var hasNative: Bool { native != nil }

    func write(_ series: Int, to writer: inout CheckpointWriter) {
        writer.append(Array(counts(of: series)))
        writer.append(sums[series])
        native?.write(series, to: &writer)
    }

    /// Adds a series. One that was kept without native counts begins these anew.
    mutating func read(_ reader: inout CheckpointReader, hasNative: Bool) throws(CheckpointError) {
        let counts = try reader.doubles()
        guard counts.count == width else { throw CheckpointError("a series of \(counts.count) buckets") }
        addSeries(counts, sum: try reader.double())
        if hasNative { try NativeCounts.read(&reader, into: &native) }
    }
}
