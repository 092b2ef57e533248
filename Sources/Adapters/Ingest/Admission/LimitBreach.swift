import SignalModel

/// A limit of a sender that a series goes beyond.
enum LimitBreach: Hashable {
    case labels(max: Int)
    case labelValue(bytesMax: Int)
    case activeSeries(max: Int)

    /// Notes the series as active when it may be.
    static func find(
        _ limits: IngestLimits, _ packed: UnsafeRawBufferPointer, _ hash: UInt64, _ active: inout ActiveSeries
    ) -> LimitBreach? {
        if limits.labelsPerSeriesMax != nil || limits.labelValueBytesMax != nil {
            var count = 0
            var longest = 0
            var cursor = 0
            while let label = PackedLabels.next(packed, at: &cursor) {
                count += 1
                longest = max(longest, label.value.count)
            }
            if let max = limits.labelsPerSeriesMax, count > max { return .labels(max: max) }
            if let max = limits.labelValueBytesMax, longest > max { return .labelValue(bytesMax: max) }
        }
        if let max = limits.activeSeriesMax, !active.admits(hash, max: max) { return .activeSeries(max: max) }
        return nil
    }

    var description: String {
        switch self {
        case .labels(let max): "more than the \(max) labels this token may send a series with"
        case .labelValue(let max): "a label value longer than the \(max) bytes this token may send"
        case .activeSeries(let max): "more than the \(max) active series this token may have"
        }
    }
}

extension AdmissionReport {
    mutating func note(_ breach: LimitBreach, _ labels: Labels) {
        refusedSeries += 1
        // One series told of each limit: the sender's log needs no more.
        guard !reasons.contains(where: { $0.hasPrefix(breach.description) }) else { return }
        reasons.append("\(breach.description), first \(labels)")
    }

    mutating func count(duplicate samples: ArraySlice<Sample>) {
        for sample in samples {
            if HistogramBox.isBox(sample.value) { duplicateHistograms += 1 } else { duplicateSamples += 1 }
        }
    }
}
