import Basics
import SignalModel

extension OTLPMetricsDecoder {
    /// The kinds of data that a `Metric` may hold, by their fields.
    private enum Kind: Int {
        case gauge = 5
        case sum = 7
        case histogram = 9
        case exponentialHistogram = 10
        case summary = 11
    }

    /// `AggregationTemporality`.
    private enum Temporality {
        static let delta: UInt64 = 1
        static let cumulative: UInt64 = 2
    }

    mutating func decodeMetric(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, into batch: inout OTLPBatch
    ) throws(WireFormatError) {
        var texts = (name: 0..<0, help: 0..<0, unit: 0..<0)
        var data: (kind: Kind, range: Range<Int>)?
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: texts.name = try reader.text(field, "name of a metric")
            case 2: texts.help = try reader.text(field, "description of a metric")
            case 3: texts.unit = try reader.text(field, "unit of a metric")
            case let number:
                guard let kind = Kind(rawValue: number) else {
                    try reader.skip(field)
                    continue
                }
                data = (kind, try reader.text(field, "data of a metric"))
            }
        }
        guard let data else { return }
        var temporality: UInt64 = 0
        var isMonotonic = false
        var points: [Range<Int>] = []
        reader = ProtobufReader(message, data.range)
        while let field = try reader.next() {
            switch field.number {
            case 1: points.append(try reader.text(field, "data point"))
            case 2: temporality = try reader.count(field, "aggregation temporality")
            case 3: isMonotonic = try reader.count(field, "is_monotonic") != 0
            default: try reader.skip(field)
            }
        }
        report.points += points.count
        metric = Metric(sentName: texts.name.prefix(200))
        metric.isDelta = temporality == Temporality.delta && data.kind != .gauge && data.kind != .summary
        if let problem = problem(data.kind, temporality, isMonotonic: isMonotonic)
            ?? begin(message, texts, data.kind, isMonotonic: isMonotonic)
        {
            return reject(message, points: points.count, problem)
        }
        let mark = labels.mark
        for point in points {
            sampleCount += 1
            switch data.kind {
            case .gauge: try decodeNumber(message, point, hasExemplars: false, into: &batch)
            case .sum: try decodeNumber(message, point, hasExemplars: true, into: &batch)
            case .histogram: try decodeHistogram(message, point, into: &batch)
            case .exponentialHistogram: try decodeExponential(message, point, into: &batch)
            case .summary: try decodeSummary(message, point, into: &batch)
            }
            labels.cut(to: mark)
            guard sampleCount <= Self.samplesMax else {
                throw WireFormatError(.tooLarge, .byte(point.lowerBound), "more than \(Self.samplesMax) samples")
            }
        }
    }

    private func problem(_ kind: Kind, _ temporality: UInt64, isMonotonic: Bool) -> String? {
        if kind == .gauge || kind == .summary { return nil }
        guard temporality == Temporality.delta || temporality == Temporality.cumulative else {
            return "its aggregation temporality is neither delta nor cumulative"
        }
        if kind == .sum, temporality == Temporality.delta, !isMonotonic {
            return "it is a delta of something that also falls, whose value cannot be known: send it cumulative"
        }
        return nil
    }

    /// Makes the metric's names, and notes what it is.
    private mutating func begin(
        _ message: UnsafeRawBufferPointer, _ texts: (name: Range<Int>, help: Range<Int>, unit: Range<Int>),
        _ kind: Kind, isMonotonic: Bool
    ) -> String? {
        guard isValidUTF8(message, texts.name), isValidUTF8(message, texts.unit),
            texts.name.count <= SeriesLimits.valueBytesMax, texts.unit.count <= SeriesLimits.nameBytesMax
        else { return "its name or unit is not valid UTF-8 or too long" }
        let nameKind: OTLPMetricName.Kind =
            kind == .gauge ? .gauge : kind == .sum && isMonotonic ? .monotonicSum : .other
        let (name, isNew) = names.name(
            UnsafeRawBufferPointer(rebasing: message[texts.name]),
            unit: UnsafeRawBufferPointer(rebasing: message[texts.unit]), nameKind, translation.strategy,
            request: request)
        if name.isEmpty { return "nothing of its name can be in a metric's name" }
        metric.name = labels.addText(name)
        if kind != .gauge, kind != .sum {
            metric.countName = labels.addText(name + Suffix.count)
            metric.sumName = labels.addText(name + Suffix.sum)
            metric.bucketName = labels.addText(name + Suffix.bucket)
        }
        if isNew, report.metadata.count < OTLPReport.metadataMax {
            report.metadata.append(
                MetricMetadata(
                    metric: String(decoding: name, as: UTF8.self), type: Self.type(kind, isMonotonic: isMonotonic),
                    help: MetadataText.bounded(message, texts.help),
                    unit: MetadataText.bounded(message, texts.unit)))
        }
        return nil
    }

    private enum Suffix {
        static let count = Array("_count".utf8)
        static let sum = Array("_sum".utf8)
        static let bucket = Array("_bucket".utf8)
    }

    private static func type(_ kind: Kind, isMonotonic: Bool) -> MetricType {
        switch kind {
        case .gauge: .gauge
        case .sum: isMonotonic ? .counter : .gauge
        case .histogram, .exponentialHistogram: .histogram
        case .summary: .summary
        }
    }

    /// Reports points of the metric being read.
    mutating func reject(_ message: UnsafeRawBufferPointer, points: Int, _ problem: String) {
        report.rejectedPoints += points
        guard report.problems.count < OTLPReport.problemsMax else { return }
        report.problems.append("metric \(quoted(MetadataText.bounded(message, metric.sentName))): \(problem)")
    }
}
