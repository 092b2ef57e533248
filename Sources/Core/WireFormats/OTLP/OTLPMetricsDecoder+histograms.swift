import Basics
import SignalModel

extension OTLPMetricsDecoder {
    /// `HistogramDataPoint`.
    mutating func decodeHistogram(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, into batch: inout OTLPBatch
    ) throws(WireFormatError) {
        beginPoint()
        var count: UInt64 = 0
        var sum: Double?
        var counts: [UInt64] = []
        var upper: [Double] = []
        var hasNames = true
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 2: point.start = try reader.fixed(field)
            case 3: point.time = try reader.fixed(field)
            case 4: count = try reader.fixed(field)
            case 5: sum = try reader.double(field, "sum of a histogram")
            case 6: try reader.appendFixed(field) { counts.append($0) }
            case 7: try reader.appendFixed(field) { upper.append(Double(bitPattern: $0)) }
            case 8: try noteExemplar(message, try reader.text(field, "exemplar"))
            case 9: hasNames = try addAttribute(message, try reader.text(field, "attribute")) && hasNames
            case 10: point.flags = try reader.count(field, "flags")
            default: try reader.skip(field)
            }
        }
        guard isUsable(message, problem(hasNames, hasValue: true) ?? Self.problem(counts, upper)) else { return }
        // A last bound at infinity is the bucket that is there anyway.
        if upper.last == .infinity { upper.removeLast() }
        if translation.convertsHistograms {
            return try appendCustom(message, count, sum, counts, upper, into: &batch)
        }
        guard isUsable(message, settle(message, .bucket)) else { return }
        if let sum { try append(message, metric.sumName, sum, exemplarsUpTo: -.infinity, into: &batch) }
        try append(message, metric.countName, Double(count), exemplarsUpTo: -.infinity, into: &batch)
        var running: UInt64 = 0
        for (bucket, bound) in zip(counts, upper) {
            running &+= bucket
            let text = labels.addText(bounds.text(bound))
            try append(
                message, metric.bucketName, bound: text, Double(running), exemplarsUpTo: bound, into: &batch)
        }
        let text = labels.addText("+Inf")
        try append(message, metric.bucketName, bound: text, Double(count), into: &batch)
    }

    private static func problem(_ counts: [UInt64], _ bounds: [Double]) -> String? {
        guard counts.isEmpty || counts.count == bounds.count + 1 else {
            return "a histogram with \(counts.count) buckets and \(bounds.count) bounds, which must be one less"
        }
        for place in bounds.indices {
            let isAscending = place == 0 ? !bounds[0].isNaN : bounds[place - 1] < bounds[place]
            guard isAscending else { return "a histogram whose bounds do not ascend at number \(place + 1)" }
        }
        return nil
    }

    private mutating func appendCustom(
        _ message: UnsafeRawBufferPointer, _ count: UInt64, _ sum: Double?, _ counts: [UInt64], _ upper: [Double],
        into batch: inout OTLPBatch
    ) throws(WireFormatError) {
        var buckets = HistogramBuckets()
        // A last bucket behind infinity has nothing in it.
        for (index, bucket) in counts.prefix(upper.count + 1).enumerated() where bucket > 0 {
            buckets.append(Int32(index), Double(bucket))
        }
        let histogram = NativeHistogram(
            schema: NativeHistogram.customSchema, count: Double(count), sum: sum ?? 0, positive: buckets,
            customBounds: upper, isFloat: count >= Self.wholeMax)
        try appendNative(message, histogram, into: &batch)
    }

    private mutating func appendNative(
        _ message: UnsafeRawBufferPointer, _ histogram: NativeHistogram, into batch: inout OTLPBatch
    ) throws(WireFormatError) {
        let histogram = point.isStale ? NativeHistogram.stale(isFloat: histogram.isFloat) : histogram
        guard isUsable(message, histogram.problem ?? settle(message)) else { return }
        try append(message, histogram, into: &batch)
    }

    /// From here on a float holds no whole numbers one by one.
    private static let wholeMax: UInt64 = 1 << 53

    // MARK: Exponential

    /// Where a sender says nothing; what Prometheus' clients use too.
    private static let zeroThreshold = 0x1p-128

    /// `ExponentialHistogramDataPoint`.
    mutating func decodeExponential(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, into batch: inout OTLPBatch
    ) throws(WireFormatError) {
        beginPoint()
        var histogram = NativeHistogram(zeroThreshold: Self.zeroThreshold)
        var count: UInt64 = 0
        var scale: Int64 = 0
        var sides = (positive: range.lowerBound..<range.lowerBound, negative: range.lowerBound..<range.lowerBound)
        var hasNames = true
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: hasNames = try addAttribute(message, try reader.text(field, "attribute")) && hasNames
            case 2: point.start = try reader.fixed(field)
            case 3: point.time = try reader.fixed(field)
            case 4: count = try reader.fixed(field)
            case 5: histogram.sum = try reader.double(field, "sum of a histogram")
            case 6: scale = Varint.unZigZag(try reader.count(field, "scale of a histogram"))
            case 7: histogram.zeroCount = Double(try reader.fixed(field))
            case 8: sides.positive = try reader.text(field, "buckets of a histogram")
            case 9: sides.negative = try reader.text(field, "buckets of a histogram")
            case 10: point.flags = try reader.count(field, "flags")
            case 11: try noteExemplar(message, try reader.text(field, "exemplar"))
            case 14:
                let threshold = try reader.double(field, "zero threshold of a histogram")
                if threshold != 0 { histogram.zeroThreshold = threshold }
            default: try reader.skip(field)
            }
        }
        histogram.count = Double(count)
        histogram.isFloat = count >= Self.wholeMax
        guard isUsable(message, problem(hasNames, hasValue: true) ?? Self.problem(ofScale: scale)) else { return }
        histogram.schema = Int(scale)
        for (side, path) in [(sides.positive, \NativeHistogram.positive), (sides.negative, \.negative)] {
            guard let buckets = try Self.buckets(message, side) else {
                _ = isUsable(message, "a histogram with buckets beyond what a float can hold")
                return
            }
            histogram[keyPath: path] = buckets
        }
        try appendNative(message, histogram.reduced(to: NativeHistogram.schemas.upperBound), into: &batch)
    }

    private static func problem(ofScale scale: Int64) -> String? {
        if scale < NativeHistogram.schemas.lowerBound {
            return "a histogram of scale \(scale), coarser than \(NativeHistogram.schemas.lowerBound)"
        }
        return scale > NativeHistogram.schemaMax ? "a histogram of scale \(scale), which does not exist" : nil
    }

    /// `Buckets`; nil when their indexes are beyond any float's. Index 0 is the bucket above 1 there and 1 here.
    private static func buckets(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(WireFormatError) -> HistogramBuckets? {
        var offset: Int64 = 0
        var counts: [UInt64] = []
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: offset = Varint.unZigZag(try reader.count(field, "offset of buckets"))
            case 2:
                if field.wire == ProtobufReader.Wire.varint {
                    counts.append(try reader.varint())
                } else {
                    var inner = ProtobufReader(message, try reader.text(field, "counts of buckets"))
                    while inner.cursor < inner.end { counts.append(try inner.varint()) }
                }
            default: try reader.skip(field)
            }
        }
        let limit = Int64(HistogramBuckets.indexMax)
        guard offset.magnitude < limit, Int64(counts.count) < limit - abs(offset) else { return nil }
        var result = HistogramBuckets()
        for (place, count) in counts.enumerated() where count > 0 {
            result.append(Int32(offset) + Int32(place) + 1, Double(count))
        }
        return result
    }
}

extension ProtobufReader {
    /// Packed, or one by one.
    fileprivate mutating func appendFixed(_ field: Field, _ take: (UInt64) -> Void) throws(WireFormatError) {
        if field.wire == Wire.fixed64 { return take(try fixed64()) }
        var inner = ProtobufReader(bytes, try text(field, "numbers of a histogram"))
        while inner.cursor < inner.end { take(try inner.fixed64()) }
    }
}
