import Basics
import SignalModel

/// What protobuf messages say about a native histogram, field by field; remote write and exposition number the fields
/// differently and mean the same.
struct HistogramParts {
    struct Side {
        var spans: [HistogramSpan] = []
        var distances: [Int64] = []
        var counts: [Double] = []

        mutating func removeAll() {
            spans.removeAll(keepingCapacity: true)
            distances.removeAll(keepingCapacity: true)
            counts.removeAll(keepingCapacity: true)
        }
    }

    struct Problem: Error {
        var text: String
    }

    /// Counts are those of the fields for floats; otherwise buckets are distances.
    var isFloat = false
    var count = 0.0
    var zeroCount = 0.0
    var sum = 0.0
    var schema: Int64 = 0
    var zeroThreshold = 0.0
    var negative = Side()
    var positive = Side()
    var hint: UInt64 = 0
    var bounds: [Double] = []

    static func float(
        _ field: ProtobufReader.Field, _ reader: inout ProtobufReader
    ) throws(WireFormatError) -> Double {
        try reader.expect(field, ProtobufReader.Wire.fixed64, "a histogram's number")
        return Double(bitPattern: try reader.fixed64())
    }

    static func span(
        _ field: ProtobufReader.Field, _ reader: inout ProtobufReader
    ) throws(WireFormatError) -> HistogramSpan {
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
    static func append(
        _ field: ProtobufReader.Field, _ reader: inout ProtobufReader, to numbers: inout [Int64]
    ) throws(WireFormatError) {
        if field.wire == ProtobufReader.Wire.varint {
            return numbers.append(Varint.unZigZag(try reader.varint()))
        }
        try reader.expect(field, ProtobufReader.Wire.bytes, "bucket deltas")
        var inner = ProtobufReader(reader.bytes, try reader.range())
        while inner.cursor < inner.end { numbers.append(Varint.unZigZag(try inner.varint())) }
    }

    static func append(
        _ field: ProtobufReader.Field, _ reader: inout ProtobufReader, to numbers: inout [Double]
    ) throws(WireFormatError) {
        if field.wire == ProtobufReader.Wire.fixed64 {
            return numbers.append(Double(bitPattern: try reader.fixed64()))
        }
        try reader.expect(field, ProtobufReader.Wire.bytes, "bucket counts")
        var inner = ProtobufReader(reader.bytes, try reader.range())
        while inner.cursor < inner.end { numbers.append(Double(bitPattern: try inner.fixed64())) }
    }

    func histogram() -> Result<NativeHistogram, Problem> {
        if StaleMarker.isStale(sum) { return .success(.stale(isFloat: isFloat)) }
        guard let positive = buckets(positive), let negative = buckets(negative) else {
            return .failure(Problem(text: "spans need another number of buckets than are there"))
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
