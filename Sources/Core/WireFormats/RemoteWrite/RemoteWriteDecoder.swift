import Basics
package import SignalModel

/// Decodes a remote-write 1.0 `WriteRequest` (prompb/remote.proto, prompb/types.proto) into a batch, in one pass:
/// labels are checked and packed as they are read, nothing is built but the batch.
///
/// A series with bad labels is left out and reported, as Prometheus' receiver does; a message that is not valid
/// protobuf throws, and the batch then holds an arbitrary part of it. One decoder may decode many requests.
package struct RemoteWriteDecoder {
    /// A request with more samples throws: a sample may take two bytes on the wire and takes sixteen here.
    /// Agents send 2 000 to 10 000.
    package static let samplesMax = 500_000

    package private(set) var report = RemoteWriteReport()
    let overrides: LabelOverrides
    var labels = LabelCollector()
    var samples: ContiguousArray<Sample> = []
    var histograms: [TimedHistogram] = []
    var exemplars = ExemplarCollector()
    var sampleCount = 0

    package init(forcedLabels: Labels = .empty) { overrides = LabelOverrides(forcedLabels) }

    /// Adds the request's series to `batch` and leaves the rest in `report`.
    package mutating func decode(
        _ message: UnsafeRawBufferPointer, into batch: inout SampleBatch
    ) throws(WireFormatError) {
        begin()
        guard message.count <= LabelCollector.bytesMax else {
            throw WireFormatError(.tooLarge, .whole, "a message of \(message.count) bytes")
        }
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            switch field.number {
            case 1:
                try reader.expect(field, ProtobufReader.Wire.bytes, "timeseries")
                try decodeSeries(message, try reader.range(), into: &batch)
            case 3:
                try reader.expect(field, ProtobufReader.Wire.bytes, "metadata")
                try decodeMetadata(message, try reader.range())
            default: try reader.skip(field)
            }
        }
    }

    mutating func begin() {
        report = RemoteWriteReport()
        sampleCount = 0
    }

    package mutating func decode(_ message: [UInt8], into batch: inout SampleBatch) throws(WireFormatError) {
        let outcome = message.withUnsafeBytes { bytes -> Result<Void, WireFormatError> in
            do throws(WireFormatError) { return .success(try decode(bytes, into: &batch)) } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    private mutating func decodeSeries(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, into batch: inout SampleBatch
    ) throws(WireFormatError) {
        try readSeries(message, range)
        take(labels.check(message, hasMetricName: overrides.hasMetricName), message, into: &batch)
    }

    /// Puts the series that was read into the batch, or into the report when it has a problem.
    mutating func take(
        _ problem: SeriesProblem?, _ message: UnsafeRawBufferPointer, into batch: inout SampleBatch
    ) {
        let index = report.seriesCount
        report.seriesCount += 1
        if let problem { return skip(index, problem, message) }
        if !histograms.isEmpty { return takeMixed(message, into: &batch) }
        // Senders of 1.0 send exemplars apart from their series' samples.
        if samples.isEmpty, exemplars.isEmpty { return }
        if !isInTimeOrder { samples.sort { $0.timestamp < $1.timestamp } }
        labels.pack(message, overrides) { packed in
            samples.withUnsafeBufferPointer { batch.append(packed: packed, samples: $0) }
        }
        takeExemplars(into: &batch)
    }

    /// A series with histograms, and perhaps floats among them.
    private mutating func takeMixed(_ message: UnsafeRawBufferPointer, into batch: inout SampleBatch) {
        report.histogramCount += histograms.count
        samples.sort { $0.timestamp < $1.timestamp }
        histograms.sort { $0.timestamp < $1.timestamp }
        labels.pack(message, overrides) { packed in
            batch.append(packed: packed, samples: UnsafeBufferPointer(start: nil, count: 0))
        }
        var place = 0
        for entry in histograms {
            while place < samples.count, samples[place].timestamp < entry.timestamp {
                batch.append(samples[place])
                place += 1
            }
            batch.append(entry.histogram, at: entry.timestamp)
        }
        for sample in samples[place...] { batch.append(sample) }
        takeExemplars(into: &batch)
    }

    private func takeExemplars(into batch: inout SampleBatch) {
        if !exemplars.isEmpty { exemplars.append(to: &batch, sampleTime: Timestamp(milliseconds: 0)) }
    }

    /// A sender must sort; the batch's reader relies on it.
    private var isInTimeOrder: Bool {
        for index in samples.indices.dropFirst() where samples[index - 1].timestamp > samples[index].timestamp {
            return false
        }
        return true
    }

    private mutating func skip(_ index: Int, _ problem: SeriesProblem, _ message: UnsafeRawBufferPointer) {
        report.skippedSeriesCount += 1
        report.skippedSampleCount += samples.count + histograms.count
        guard report.skippedSeries.count < RemoteWriteReport.skippedSeriesMax else { return }
        report.skippedSeries.append(
            RemoteWriteReport.SkippedSeries(index: index, problem: problem, labels: labels.text(message)))
    }

    private mutating func decodeMetadata(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(WireFormatError) {
        if let record = try Self.metadata(message, range) { keep(record) }
    }

    mutating func keep(_ record: MetricMetadata) {
        if report.metadata.count < RemoteWriteReport.metadataMax {
            report.metadata.append(record)
        } else {
            report.droppedMetadataCount += 1
        }
    }

    mutating func note(badHistogram problem: String) {
        report.badHistogramCount += 1
        if report.badHistograms.count < RemoteWriteReport.skippedSeriesMax {
            report.badHistograms.append("series \(report.seriesCount) has a bad histogram: \(problem)")
        }
    }

    mutating func note(badExemplar problem: SeriesProblem) {
        report.badExemplarCount += 1
        if report.badExemplars.count < RemoteWriteReport.skippedSeriesMax {
            report.badExemplars.append("series \(report.seriesCount) has a bad exemplar: \(problem)")
        }
    }
}
