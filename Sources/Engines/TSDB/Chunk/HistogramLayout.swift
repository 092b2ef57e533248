import Glibc
import SignalModel

/// What all histograms of a chunk share, written once at its start (tsdb/chunkenc/histogram_meta.go).
struct HistogramLayout: Equatable {
    var schema: Int
    var zeroThreshold: Double
    var positive: [Int32]
    var negative: [Int32]
    var customBounds: [Double]

    init(_ histogram: NativeHistogram) {
        schema = histogram.schema
        zeroThreshold = histogram.zeroThreshold
        positive = histogram.positive.indexes
        negative = histogram.negative.indexes
        customBounds = histogram.customBounds
    }

    func append(to buffer: inout BitBuffer) {
        Self.append(threshold: zeroThreshold, to: &buffer)
        Varbit.append(Int64(schema), to: &buffer)
        for side in [positive, negative] {
            let spans = HistogramBuckets.spans(of: side)
            Varbit.append(UInt64(spans.count), to: &buffer)
            for span in spans {
                Varbit.append(UInt64(span.length), to: &buffer)
                Varbit.append(Int64(span.offset), to: &buffer)
            }
        }
        guard schema == NativeHistogram.customSchema else { return }
        Varbit.append(UInt64(customBounds.count), to: &buffer)
        for bound in customBounds { Self.append(bound: bound, to: &buffer) }
    }

    /// Nil when the bytes are no layout.
    init?(_ reader: inout BitReader) {
        guard let threshold = Self.readThreshold(&reader), let number = Varbit.readSigned(&reader),
            let schema = Int(exactly: number),
            schema == NativeHistogram.customSchema || NativeHistogram.schemas.contains(schema),
            let positive = Self.readSide(&reader), let negative = Self.readSide(&reader)
        else { return nil }
        self.schema = schema
        zeroThreshold = threshold
        self.positive = positive
        self.negative = negative
        customBounds = []
        guard schema == NativeHistogram.customSchema else { return }
        // A bound takes five bits at least.
        guard let count = Varbit.readUnsigned(&reader), count <= UInt64(max(0, reader.bitsLeft)) else { return nil }
        for _ in 0..<count {
            guard let bound = Self.readBound(&reader) else { return nil }
            customBounds.append(bound)
        }
    }

    private static func readSide(_ reader: inout BitReader) -> [Int32]? {
        guard let spanCount = Varbit.readUnsigned(&reader), spanCount <= UInt64(max(0, reader.bitsLeft)) else {
            return nil
        }
        var spans: [HistogramSpan] = []
        var count: UInt64 = 0
        for _ in 0..<spanCount {
            guard let length = Varbit.readUnsigned(&reader).flatMap({ UInt32(exactly: $0) }),
                let offset = Varbit.readSigned(&reader).flatMap({ Int32(exactly: $0) })
            else { return nil }
            spans.append(HistogramSpan(offset: offset, length: length))
            count += UInt64(length)
        }
        // A bucket takes a bit at least in the first sample.
        guard count <= UInt64(max(0, reader.bitsLeft)) else { return nil }
        return HistogramBuckets.indexes(of: spans, count: Int(count))
    }

    /// One byte for zero and for powers of two from 2^-243 to 2^10, nine for others.
    private static func append(threshold: Double, to buffer: inout BitBuffer) {
        if threshold == 0 { return buffer.append(0, count: 8) }
        let exponent = threshold.isNormal ? Int(threshold.exponent) + 1 : .min
        guard threshold.isNormal, threshold.significand == 1, (-242...11).contains(exponent) else {
            buffer.append(255, count: 8)
            return buffer.append(threshold.bitPattern, count: 64)
        }
        buffer.append(UInt64(exponent + 243), count: 8)
    }

    private static func readThreshold(_ reader: inout BitReader) -> Double? {
        switch reader.read(8) {
        case nil: nil
        case 0: 0
        case 255: reader.read(64).map { Double(bitPattern: $0) }
        case .some(let byte): scalbn(0.5, Int32(byte) - 243)
        }
    }

    /// Multiples of 0.001 up to 33554.43 as a whole number plus one, others after a zero.
    private static func append(bound: Double, to buffer: inout BitBuffer) {
        let thousandfold = bound * 1000
        guard thousandfold >= 0, thousandfold <= 33_554_430, thousandfold.rounded() / 1000 == bound else {
            buffer.append(0, count: 1)
            return buffer.append(bound.bitPattern, count: 64)
        }
        Varbit.append(UInt64(thousandfold.rounded()) + 1, to: &buffer)
    }

    private static func readBound(_ reader: inout BitReader) -> Double? {
        switch Varbit.readUnsigned(&reader) {
        case nil: nil
        case 0: reader.read(64).map { Double(bitPattern: $0) }
        case .some(let number): Double(number - 1) / 1000
        }
    }
}
