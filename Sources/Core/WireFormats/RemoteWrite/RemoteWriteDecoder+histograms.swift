import Basics
import SignalModel

/// The message `Histogram`, which both versions of remote write share.
extension RemoteWriteDecoder {
    /// Reads one histogram into `histograms`, or notes what is wrong with it.
    mutating func readHistogram(_ message: UnsafeRawBufferPointer, _ range: Range<Int>) throws(WireFormatError) {
        var fields = HistogramFields()
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() { try fields.read(field, &reader) }
        sampleCount += 1
        guard sampleCount <= Self.samplesMax else {
            throw WireFormatError(.tooLarge, .byte(range.lowerBound), "more than \(Self.samplesMax) samples")
        }
        let histogram: NativeHistogram
        switch fields.parts.histogram() {
        case .success(let read): histogram = read
        case .failure(let problem): return note(badHistogram: problem.text)
        }
        if let problem = histogram.problem { return note(badHistogram: problem) }
        histograms.append(TimedHistogram(timestamp: SampleTime.clamped(fields.timestamp), histogram: histogram))
    }

    struct TimedHistogram {
        var timestamp: Timestamp
        var histogram: NativeHistogram
    }
}

private struct HistogramFields {
    var timestamp: Int64 = 0
    var parts = HistogramParts()

    mutating func read(_ field: ProtobufReader.Field, _ reader: inout ProtobufReader) throws(WireFormatError) {
        switch field.number {
        case 1, 6:
            try reader.expect(field, ProtobufReader.Wire.varint, "histogram count")
            let number = Double(try reader.varint())
            if field.number == 1 { parts.count = number } else { parts.zeroCount = number }
        case 2:
            parts.count = try HistogramParts.float(field, &reader)
            parts.isFloat = true
        case 3: parts.sum = try HistogramParts.float(field, &reader)
        case 4:
            try reader.expect(field, ProtobufReader.Wire.varint, "histogram schema")
            parts.schema = Varint.unZigZag(try reader.varint())
        case 5: parts.zeroThreshold = try HistogramParts.float(field, &reader)
        case 7: parts.zeroCount = try HistogramParts.float(field, &reader)
        case 8: parts.negative.spans.append(try HistogramParts.span(field, &reader))
        case 9: try HistogramParts.append(field, &reader, to: &parts.negative.distances)
        case 10: try HistogramParts.append(field, &reader, to: &parts.negative.counts)
        case 11: parts.positive.spans.append(try HistogramParts.span(field, &reader))
        case 12: try HistogramParts.append(field, &reader, to: &parts.positive.distances)
        case 13: try HistogramParts.append(field, &reader, to: &parts.positive.counts)
        case 14:
            try reader.expect(field, ProtobufReader.Wire.varint, "histogram reset hint")
            parts.hint = try reader.varint()
        case 15:
            try reader.expect(field, ProtobufReader.Wire.varint, "histogram timestamp")
            timestamp = Int64(bitPattern: try reader.varint())
        case 16: try HistogramParts.append(field, &reader, to: &parts.bounds)
        default: try reader.skip(field)
        }
    }
}
