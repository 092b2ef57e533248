package import Basics
package import SignalModel

/// Writes Prometheus' protobuf exposition: messages `io.prometheus.client.MetricFamily` (prometheus/client_model,
/// metrics.proto), each behind its length. The only exposition that has native histograms; of their buckets only
/// exponential ones.
package struct ProtobufExpositionWriter {
    package static let contentType =
        "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"

    private var written: [UInt8] = []
    private var family: (name: String, type: FamilyType)?
    private var metrics = ProtobufWriter()

    package init() {}

    /// The exposition; to be called once, at the end.
    package mutating func finish() -> [UInt8] {
        endFamily()
        return written
    }

    /// A float of which nothing but its name is known.
    package mutating func sample(
        _ name: String, labels: [(name: String, value: String)], _ value: Double, at time: Timestamp
    ) {
        begin(name, .untyped)
        var untyped = ProtobufWriter()
        untyped.fixed64(1, value.bitPattern)
        append(labels, 5, untyped, time)
    }

    /// One with custom buckets has no form here: see `NativeHistogram.hasCustomBounds`.
    package mutating func sample(
        _ name: String, labels: [(name: String, value: String)], _ histogram: NativeHistogram, at time: Timestamp
    ) {
        begin(name, histogram.counterReset == .gauge ? .gaugeHistogram : .histogram)
        append(labels, 7, Self.message(histogram), time)
    }

    private mutating func begin(_ name: String, _ type: FamilyType) {
        if let family, family == (name, type) { return }
        endFamily()
        family = (name, type)
    }

    private mutating func endFamily() {
        guard let family else { return }
        var message = ProtobufWriter()
        message.text(1, family.name)
        message.varint(3, family.type.rawValue)
        Varint.append(UInt64(message.bytes.count + metrics.bytes.count), to: &written)
        written += message.bytes
        written += metrics.bytes
        metrics.removeAll()
        self.family = nil
    }

    private mutating func append(
        _ labels: [(name: String, value: String)], _ field: Int, _ value: ProtobufWriter, _ time: Timestamp
    ) {
        var metric = ProtobufWriter()
        for label in labels {
            var pair = ProtobufWriter()
            pair.text(1, label.name)
            pair.text(2, label.value)
            metric.message(1, pair)
        }
        metric.message(field, value)
        metric.varint(6, UInt64(bitPattern: time.milliseconds))
        metrics.message(4, metric)
    }

    private static func message(_ histogram: NativeHistogram) -> ProtobufWriter {
        var message = ProtobufWriter()
        if histogram.isFloat {
            message.fixed64(4, histogram.count.bitPattern)
            message.fixed64(8, histogram.zeroCount.bitPattern)
        } else {
            message.varint(1, UInt64(histogram.count))
            message.varint(7, UInt64(histogram.zeroCount))
        }
        message.fixed64(2, histogram.sum.bitPattern)
        message.varint(5, Varint.zigZag(Int64(histogram.schema)))
        message.fixed64(6, histogram.zeroThreshold.bitPattern)
        for (spans, deltas, counts, side) in [(9, 10, 11, histogram.negative), (12, 13, 14, histogram.positive)] {
            for span in side.spans { message.message(spans, part(span)) }
            var previous: Int64 = 0
            for count in side.counts {
                if histogram.isFloat {
                    message.fixed64(counts, count.bitPattern)
                } else {
                    message.varint(deltas, Varint.zigZag(Int64(count) - previous))
                    previous = Int64(count)
                }
            }
        }
        // An empty span says that one without observations is native all the same.
        if histogram.positive.isEmpty, histogram.negative.isEmpty, histogram.zeroThreshold == 0 {
            message.message(12, part(HistogramSpan(offset: 0, length: 0)))
        }
        return message
    }

    private static func part(_ span: HistogramSpan) -> ProtobufWriter {
        var part = ProtobufWriter()
        part.varint(1, Varint.zigZag(Int64(span.offset)))
        part.varint(2, UInt64(span.length))
        return part
    }
}
