package import Basics
import SignalModel

/// Parses Prometheus' protobuf exposition: messages `io.prometheus.client.MetricFamily` (prometheus/client_model,
/// metrics.proto), each behind its length, as Prometheus' `textparse.ProtobufParser` reads them. The only format of
/// scrapes that has native histograms. One bad message refuses all.
///
/// Times of creation are read past, as Prometheus does unless it is asked to inject zeros there.
package struct ProtobufExpositionParser {
    package struct Options: Sendable, Hashable {
        /// A sample with a timestamp of its own keeps it.
        package var honorsTimestamps = true
        /// Native histograms are taken; otherwise every histogram is read as its classic buckets.
        package var readsNativeHistograms = true
        /// A histogram that is native and has classic buckets too is taken as both.
        package var keepsClassicHistograms = false

        package init() {}
    }

    package var options: Options
    var labels = LabelCollector()
    let overrides = LabelOverrides(.empty)
    var exemplars = ExemplarCollector()
    var metadata = MetadataBook()
    var boundTexts = BoundTexts()
    /// Labels of the metric being read.
    var pairs: [(name: Range<Int>, value: Range<Int>)] = []
    private var metrics: [Range<Int>] = []
    var histogram = HistogramFields()

    package init(_ options: Options = Options()) { self.options = options }

    /// Replaces what is in `batch`. When it throws, `batch` holds an arbitrary part.
    package mutating func parse(
        _ message: UnsafeRawBufferPointer, at time: Timestamp, into batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        batch.removeAll()
        metadata.removeAll()
        guard message.count <= LabelCollector.bytesMax - Page.scratchBytes else {
            throw WireFormatError(.tooLarge, .whole, "an exposition of \(message.count) bytes")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(message.count + Page.scratchBytes)
        bytes.append(contentsOf: message)
        bytes.append(contentsOf: Page.fixedTexts)
        bytes.append(contentsOf: repeatElement(0, count: Page.scratchBytes - Page.fixedTexts.count))
        let outcome = bytes.withUnsafeMutableBytes { all -> Result<Void, WireFormatError> in
            var page = Page(bytes: all, count: message.count, time: time)
            do throws(WireFormatError) { return .success(try parseAll(&page, &batch)) } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    package mutating func parse(
        _ message: [UInt8], at time: Timestamp, into batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        let outcome = message.withUnsafeBytes { bytes -> Result<Void, WireFormatError> in
            do throws(WireFormatError) { return .success(try parse(bytes, at: time, into: &batch)) } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    private mutating func parseAll(_ page: inout Page, _ batch: inout ScrapeBatch) throws(WireFormatError) {
        var reader = ProtobufReader(page.readable, 0..<page.count)
        while reader.cursor < reader.end { try parseFamily(try reader.range(), &page, &batch) }
    }

    private mutating func parseFamily(
        _ range: Range<Int>, _ page: inout Page, _ batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        var name = range.lowerBound..<range.lowerBound
        var help = name
        var unit = name
        var typeNumber: UInt64 = 0
        metrics.removeAll(keepingCapacity: true)
        var reader = ProtobufReader(page.readable, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try reader.text(field, "metric family name")
            case 2: help = try reader.text(field, "metric family help")
            case 3:
                try reader.expect(field, ProtobufReader.Wire.varint, "metric family type")
                typeNumber = try reader.varint()
            case 4: metrics.append(try reader.text(field, "metric"))
            case 5: unit = try reader.text(field, "metric family unit")
            default: try reader.skip(field)
            }
        }
        // Prometheus looks at no others.
        guard !metrics.isEmpty else { return }
        guard let type = FamilyType(rawValue: typeNumber) else {
            throw page.problem(range, name, "unknown metric type \(typeNumber)")
        }
        try check(name, help, unit, type, page, range)
        metadata.note(MetadataText.bounded(page.readable, name), in: &batch) { record in
            record.type = type.metricType
            record.help = MetadataText.bounded(page.readable, help)
            record.unit = MetadataText.bounded(page.readable, unit)
        }
        page.setName(name)
        for metric in metrics { try parseMetric(metric, type, &page, &batch) }
    }

    private func check(
        _ name: Range<Int>, _ help: Range<Int>, _ unit: Range<Int>, _ type: FamilyType, _ page: Page,
        _ family: Range<Int>
    ) throws(WireFormatError) {
        let bytes = page.readable
        guard !name.isEmpty, name.count <= SeriesLimits.valueBytesMax, isValidUTF8(bytes, name) else {
            throw page.problem(family, name, "no valid metric name")
        }
        guard isValidUTF8(bytes, help) else {
            throw page.problem(family, name, "a help text that is not valid UTF-8")
        }
        if unit.isEmpty { return }
        // What a counter of OpenMetrics ends with stands behind the unit.
        let isTotal = type == .counter && bytes[name].suffix(6).elementsEqual("_total".utf8)
        let stem = isTotal ? name.dropLast(6) : name
        guard OpenMetricsParser.isUnit(bytes[unit], of: bytes[stem]) else {
            throw page.problem(
                family, name, "unit \(quoted(MetadataText.bounded(bytes, unit))) is not a suffix of it")
        }
    }
}

/// `io.prometheus.client.MetricType`.
enum FamilyType: UInt64 {
    case counter = 0
    case gauge = 1
    case summary = 2
    case untyped = 3
    case histogram = 4
    case gaugeHistogram = 5

    var metricType: MetricType {
        switch self {
        case .counter: .counter
        case .gauge: .gauge
        case .summary: .summary
        case .untyped: .unknown
        case .histogram: .histogram
        case .gaugeHistogram: .gaugeHistogram
        }
    }
}
