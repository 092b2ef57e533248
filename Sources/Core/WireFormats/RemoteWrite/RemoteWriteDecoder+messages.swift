import Basics
import SignalModel

/// The messages inside a `WriteRequest`: `TimeSeries`, `Label`, `Sample`, `MetricMetadata`.
extension RemoteWriteDecoder {
    /// Leaves the labels in `labels` and the samples in `samples`.
    mutating func readSeries(_ message: UnsafeRawBufferPointer, _ range: Range<Int>) throws(WireFormatError) {
        labels.removeAll()
        samples.removeAll(keepingCapacity: true)
        histograms.removeAll(keepingCapacity: true)
        exemplars.removeAll()
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1:
                try reader.expect(field, ProtobufReader.Wire.bytes, "label")
                // Fast path: a short label as every sender writes it.
                if let label = reader.shortPair() {
                    labels.add(name: label.first, value: label.second, in: message)
                } else {
                    try readLabel(message, try reader.range())
                }
            case 2:
                try reader.expect(field, ProtobufReader.Wire.bytes, "sample")
                try readSample(message, try reader.range())
            case 3:
                try reader.expect(field, ProtobufReader.Wire.bytes, "exemplar")
                try readExemplar(message, try reader.range())
            case 4:
                try reader.expect(field, ProtobufReader.Wire.bytes, "histogram")
                try readHistogram(message, try reader.range())
            default: try reader.skip(field)
            }
        }
    }

    private mutating func readLabel(_ message: UnsafeRawBufferPointer, _ range: Range<Int>) throws(WireFormatError) {
        let label = try ProtobufReader.labelPair(message, range)
        labels.add(name: label.name, value: label.value, in: message)
    }

    @inline(__always)
    mutating func readSample(_ message: UnsafeRawBufferPointer, _ range: Range<Int>) throws(WireFormatError) {
        var reader = ProtobufReader(message, range)
        var value: UInt64 = 0
        var milliseconds: UInt64 = 0
        while let field = try reader.next() {
            switch field.number {
            case 1:
                try reader.expect(field, ProtobufReader.Wire.fixed64, "sample value")
                value = try reader.fixed64()
            case 2:
                try reader.expect(field, ProtobufReader.Wire.varint, "sample timestamp")
                milliseconds = try reader.varint()
            default: try reader.skip(field)
            }
        }
        sampleCount += 1
        guard sampleCount <= Self.samplesMax else {
            throw WireFormatError(.tooLarge, .byte(range.lowerBound), "more than \(Self.samplesMax) samples")
        }
        let timestamp = SampleTime.clamped(Int64(bitPattern: milliseconds))
        samples.append(Sample(timestamp: timestamp, value: Double(bitPattern: value)))
    }

    /// Nil for a record that names no metric.
    static func metadata(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(WireFormatError) -> MetricMetadata? {
        var record = MetricMetadata(metric: "")
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1:
                try reader.expect(field, ProtobufReader.Wire.varint, "metadata type")
                let number = Int(clamping: try reader.varint())
                // Proto3 enumerations are open: a number of the future is a type we do not know.
                record.type = number < MetricType.allCases.count ? MetricType.allCases[number] : .unknown
            case 2:
                try reader.expect(field, ProtobufReader.Wire.bytes, "metadata metric name")
                record.metric = MetadataText.bounded(message, try reader.range())
            case 4:
                try reader.expect(field, ProtobufReader.Wire.bytes, "metadata help")
                record.help = MetadataText.bounded(message, try reader.range())
            case 5:
                try reader.expect(field, ProtobufReader.Wire.bytes, "metadata unit")
                record.unit = MetadataText.bounded(message, try reader.range())
            default: try reader.skip(field)
            }
        }
        return record.metric.isEmpty ? nil : record
    }
}
