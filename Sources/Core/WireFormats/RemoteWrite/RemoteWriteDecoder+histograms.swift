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
        switch fields.histogram() {
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

private struct HistogramProblem: Error {
    var text: String
}

private struct HistogramFields {
    private struct Side {
        var spans: [HistogramSpan] = []
        var distances: [Int64] = []
        var counts: [Double] = []
    }

    var timestamp: Int64 = 0
    private var isFloat = false
    private var count = 0.0
    private var zeroCount = 0.0
    private var sum = 0.0
    private var schema: Int64 = 0
    private var zeroThreshold = 0.0
    private var negative = Side()
    private var positive = Side()
    private var hint: UInt64 = 0
    private var bounds: [Double] = []

    mutating func read(_ field: ProtobufReader.Field, _ reader: inout ProtobufReader) throws(WireFormatError) {
        switch field.number {
        case 1, 6:
            try reader.expect(field, ProtobufReader.Wire.varint, "histogram count")
            let number = Double(try reader.varint())
            if field.number == 1 { count = number } else { zeroCount = number }
        case 2:
            count = try float(field, &reader)
            isFloat = true
        case 3: sum = try float(field, &reader)
        case 4:
            try reader.expect(field, ProtobufReader.Wire.varint, "histogram schema")
            schema = Varint.unZigZag(try reader.varint())
        case 5: zeroThreshold = try float(field, &reader)
        case 7: zeroCount = try float(field, &reader)
        case 8: negative.spans.append(try span(field, &reader))
        case 9: try append(field, &reader, to: &negative.distances)
        case 10: try append(field, &reader, to: &negative.counts)
        case 11: positive.spans.append(try span(field, &reader))
        case 12: try append(field, &reader, to: &positive.distances)
        case 13: try append(field, &reader, to: &positive.counts)
        case 14:
            try reader.expect(field, ProtobufReader.Wire.varint, "histogram reset hint")
            hint = try reader.varint()
        case 15:
            try reader.expect(field, ProtobufReader.Wire.varint, "histogram timestamp")
            timestamp = Int64(bitPattern: try reader.varint())
        case 16: try append(field, &reader, to: &bounds)
        default: try reader.skip(field)
        }
    }

    private func float(_ field: ProtobufReader.Field, _ reader: inout ProtobufReader) throws(WireFormatError)
        -> Double
    {
        try reader.expect(field, ProtobufReader.Wire.fixed64, "a histogram's number")
        return Double(bitPattern: try reader.fixed64())
    }

    private func span(_ field: ProtobufReader.Field, _ reader: inout ProtobufReader) throws(WireFormatError)
        -> HistogramSpan
    {
        try reader.expect(field, ProtobufReader.Wire.bytes, "histogram span")
        var span = HistogramSpan(offset: 0, length: 0)
        var inner = ProtobufReader(reader.bytes, try reader.range())
        while let field = try inner.next() {
            switch field.number {
            case 1:
                try inner.expect(field, ProtobufReader.Wire.varint, "span offset")
                span.offset = Int32(truncatingIfNeeded: Varint.unZigZag(try inner.varint()))
            case 2:
                try inner.expect(field, ProtobufReader.Wire.varint, "span length")
                span.length = UInt32(clamping: try inner.varint())
            default: try inner.skip(field)
            }
        }
        return span
    }

    /// Packed, or one by one.
    private func append(
        _ field: ProtobufReader.Field, _ reader: inout ProtobufReader, to numbers: inout [Int64]
    ) throws(WireFormatError) {
        if field.wire == ProtobufReader.Wire.varint {
            return numbers.append(Varint.unZigZag(try reader.varint()))
        }
        try reader.expect(field, ProtobufReader.Wire.bytes, "bucket deltas")
        var inner = ProtobufReader(reader.bytes, try reader.range())
        while inner.cursor < inner.end { numbers.append(Varint.unZigZag(try inner.varint())) }
    }

    private func append(
        _ field: ProtobufReader.Field, _ reader: inout ProtobufReader, to numbers: inout [Double]
    ) throws(WireFormatError) {
        if field.wire == ProtobufReader.Wire.fixed64 {
            return numbers.append(Double(bitPattern: try reader.fixed64()))
        }
        try reader.expect(field, ProtobufReader.Wire.bytes, "bucket counts")
        var inner = ProtobufReader(reader.bytes, try reader.range())
        while inner.cursor < inner.end { numbers.append(Double(bitPattern: try inner.fixed64())) }
    }

    func histogram() -> Result<NativeHistogram, HistogramProblem> {
        if StaleMarker.isStale(sum) { return .success(.stale(isFloat: isFloat)) }
        guard let positive = buckets(positive), let negative = buckets(negative) else {
            return .failure(HistogramProblem(text: "spans need another number of buckets than are there"))
        }
        // Beyond it a float holds no whole numbers one by one.
        let isWhole = !isFloat && max(count, zeroCount) < 0x1p53
        let histogram = NativeHistogram(
            schema: Int(schema), zeroThreshold: zeroThreshold, zeroCount: zeroCount, count: count, sum: sum,
            positive: positive, negative: negative, customBounds: bounds,
            counterReset: UInt8(exactly: hint).flatMap(NativeHistogram.CounterReset.init) ?? .unknown,
            isFloat: !isWhole)
        guard histogram.schema > NativeHistogram.schemas.upperBound,
            histogram.schema <= NativeHistogram.schemaMax
        else { return .success(histogram) }
        return .success(histogram.reduced(to: NativeHistogram.schemas.upperBound))
    }

    private func buckets(_ side: Side) -> HistogramBuckets? {
        var counts = side.counts
        if !isFloat {
            var running: Int64 = 0
            counts = side.distances.map { distance in
                running &+= distance
                return Double(running)
            }
        }
        return HistogramBuckets.indexes(of: side.spans, count: counts.count).map {
            HistogramBuckets(indexes: $0, counts: counts)
        }
    }
}
