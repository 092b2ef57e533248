internal import Basics
internal import SignalModel

extension LogMetrics.State {
    private static let magic = Array("SBLM".utf8) + [1]

    var checkpoint: [UInt8] {
        var writer = CheckpointWriter(magic: Self.magic)
        writer.append(ordinal)
        writer.append(UInt64(bitPattern: cutTime?.milliseconds ?? .min))
        writer.append(leftOut)
        writer.append(UInt64(counted.count))
        for entry in counted {
            writer.append(entry.rule.fingerprint)
            writer.append(UInt64(entry.series.count))
            for (labels, series) in entry.series {
                let pairs = labels.pairs
                writer.append(UInt64(pairs.count))
                for (name, value) in pairs {
                    writer.append(name)
                    writer.append(value)
                }
                writer.append(series.count)
                writer.append(series.sum)
                writer.append(UInt64(series.buckets.count))
                for bucket in series.buckets { writer.append(bucket) }
                writer.append(series.start.number)
            }
        }
        return writer.finish()
    }

    init(_ rules: [LogMetricRule], checkpoint: [UInt8]) throws(CheckpointError) {
        counted = rules.map { LogMetrics.Counted(rule: $0) }
        isRestored = true
        var reader = try CheckpointReader(checkpoint, magic: Self.magic)
        ordinal = try reader.number()
        let time = Int64(bitPattern: try reader.number())
        cutTime = time == .min ? nil : Timestamp(milliseconds: time)
        leftOut = try reader.number()
        let fingerprints = rules.map(\.fingerprint)
        for _ in 0..<(try reader.count()) {
            let fingerprint = try reader.number()
            let place = fingerprints.firstIndex(of: fingerprint)
            for _ in 0..<(try reader.count()) {
                let (labels, series) = try Self.series(&reader)
                guard let place else { continue }
                guard counted[place].series.count < LogMetrics.seriesOfRuleMax,
                    rules[place].bucketCount == series.buckets.count
                else { throw CheckpointError("a series of \(series.buckets.count) buckets, or one too many") }
                counted[place].series[labels] = series
            }
        }
        try reader.finish()
    }

    private static func series(_ reader: inout CheckpointReader) throws(CheckpointError) -> (Labels, LogMetricSeries)
    {
        var pairs: [(name: String, value: String)] = []
        for _ in 0..<(try reader.count()) { pairs.append((try reader.text(), try reader.text())) }
        var series = LogMetricSeries()
        series.count = try reader.number()
        series.sum = try reader.double()
        for _ in 0..<(try reader.count()) { series.buckets.append(try reader.number()) }
        series.start = SeriesStart(number: try reader.number())
        return (Labels(pairs), series)
    }
}

extension LogMetricRule {
    /// Tells a rule of a checkpoint from one that counts something else.
    fileprivate var fingerprint: UInt64 {
        let text = Array(String(describing: self).utf8)
        return text.withUnsafeBytes { XXHash64.of($0) }
    }

    fileprivate var bucketCount: Int {
        if case .histogram(_, let bounds) = kind { bounds.count } else { 0 }
    }
}
