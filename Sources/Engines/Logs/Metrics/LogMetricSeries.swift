internal import Basics
internal import SignalModel

/// What was counted of records with the same labels.
struct LogMetricSeries: Sendable {
    var count: UInt64 = 0
    var sum = 0.0
    /// Of each bound how many values are at most it, and not at most the one before.
    var buckets: [UInt64] = []
    var start = SeriesStart.fresh

    mutating func add(_ values: [Double], of rule: LogMetricRule) {
        count += UInt64(values.count)
        guard case .histogram(_, let bounds) = rule.kind else { return }
        if buckets.isEmpty { buckets = [UInt64](repeating: 0, count: bounds.count) }
        for value in values {
            sum += value
            if let bucket = bounds.firstIndex(where: { value <= $0 }) { buckets[bucket] += 1 }
        }
    }

    mutating func write(
        _ rule: LogMetricRule, _ labels: Labels, to samples: inout SampleBatch, at now: Timestamp,
        before: Timestamp, isRestored: Bool
    ) {
        let zeroAt = start.next(before: before, isRestored: isRestored)
        func add(_ ending: String, _ value: Double, _ labels: Labels) {
            samples.beginSeries(labels.setting(Labels.metricName, to: rule.name + ending))
            if let zeroAt { samples.append(Sample(timestamp: zeroAt, value: 0)) }
            samples.append(Sample(timestamp: now, value: value))
        }
        guard case .histogram(_, let bounds) = rule.kind else { return add("_total", Double(count), labels) }
        var below: UInt64 = 0
        for (bound, bucket) in zip(bounds, buckets) {
            below += bucket
            add("_bucket", Double(below), labels.setting("le", to: bound.description))
        }
        add("_bucket", Double(count), labels.setting("le", to: "+Inf"))
        add("_sum", sum, labels)
        add("_count", Double(count), labels)
    }
}
