import Basics
import SignalModel

/// Gathers the exemplars of one series, which are read before the series is in the batch. Reuses its memory.
struct ExemplarCollector {
    private struct Pending {
        var start: Int
        var count: Int
        var value: Double
        /// Nil when it came without one.
        var time: Timestamp?
    }

    /// Of the exemplar being read.
    var labels = LabelCollector()
    private var packed: [UInt8] = []
    private var pending: [Pending] = []
    private let overrides = LabelOverrides(.empty)

    var isEmpty: Bool { pending.isEmpty }

    mutating func removeAll() {
        if pending.isEmpty { return }
        packed.removeAll(keepingCapacity: true)
        pending.removeAll(keepingCapacity: true)
    }

    /// Ends the exemplar whose labels are in `labels`; says what keeps it from being taken, if anything.
    mutating func finish(_ bytes: UnsafeRawBufferPointer, value: Double, at time: Timestamp?) -> SeriesProblem? {
        if let problem = labels.check(bytes, hasMetricName: true) { return problem }
        var gathered: [UInt8] = []
        swap(&gathered, &packed)
        let start = gathered.count
        labels.pack(bytes, overrides) { gathered.append(contentsOf: $0) }
        swap(&gathered, &packed)
        pending.append(Pending(start: start, count: packed.count - start, value: value, time: time))
        return nil
    }

    /// Adds them to the series that `batch` began last; those without a time are its sample's.
    func append(to batch: inout SampleBatch, sampleTime: Timestamp) {
        packed.withUnsafeBytes { bytes in
            for one in pending {
                batch.append(
                    exemplar: UnsafeRawBufferPointer(rebasing: bytes[one.start..<one.start + one.count]),
                    value: one.value, at: one.time ?? sampleTime, isTimed: one.time != nil)
            }
        }
    }

    /// Drops those without a time and puts the others in the order in which a store takes them: by time, value and
    /// labels.
    mutating func putInOrder() {
        pending.removeAll { $0.time == nil }
        guard pending.count > 1 else { return }
        packed.withUnsafeBytes { bytes in
            pending.sort { left, right in
                if left.time != right.time { return left.time ?? .distantPast < right.time ?? .distantPast }
                if left.value != right.value { return left.value < right.value }
                return Labels(packed: Array(bytes[left.start..<left.start + left.count]))
                    < Labels(packed: Array(bytes[right.start..<right.start + right.count]))
            }
        }
    }
}
