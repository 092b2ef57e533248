import Basics
import SignalModel

/// The message `Histogram`: classic buckets, native ones, or both.
extension ProtobufExpositionParser {
    /// A histogram's fields; memory is used again for the next.
    struct HistogramFields {
        struct Bucket {
            var count: Double
            var bound: Double
            var exemplar: Range<Int>?
        }

        var count: UInt64 = 0
        var floatCount = 0.0
        var zeroCount: UInt64 = 0
        var zeroFloatCount = 0.0
        /// But for the counts, which are there twice.
        var parts = HistogramParts()
        var buckets: [Bucket] = []
        /// Of the native histogram.
        var exemplars: [Range<Int>] = []

        mutating func removeAll() {
            count = 0
            floatCount = 0
            zeroCount = 0
            zeroFloatCount = 0
            parts.sum = 0
            parts.schema = 0
            parts.zeroThreshold = 0
            parts.positive.removeAll()
            parts.negative.removeAll()
            buckets.removeAll(keepingCapacity: true)
            exemplars.removeAll(keepingCapacity: true)
        }

        /// Floats override whole numbers when they are there.
        var total: Double { floatCount > 0 ? floatCount : Double(count) }

        /// One without observations has an empty span, so that it is known.
        var isNative: Bool {
            !parts.positive.spans.isEmpty || !parts.negative.spans.isEmpty || parts.zeroThreshold > 0
                || zeroCount > 0 || zeroFloatCount > 0
        }

        mutating func read(_ message: UnsafeRawBufferPointer, _ range: Range<Int>) throws(WireFormatError) {
            removeAll()
            var reader = ProtobufReader(message, range)
            while let field = try reader.next() {
                switch field.number {
                case 1: count = try reader.count(field, "count of a histogram")
                case 2: parts.sum = try reader.double(field, "sum of a histogram")
                case 3: buckets.append(try Self.bucket(message, try reader.text(field, "bucket")))
                case 4: floatCount = try reader.double(field, "count of a histogram")
                case 5: parts.schema = Varint.unZigZag(try reader.count(field, "schema of a histogram"))
                case 6: parts.zeroThreshold = try reader.double(field, "zero threshold of a histogram")
                case 7: zeroCount = try reader.count(field, "zero count of a histogram")
                case 8: zeroFloatCount = try reader.double(field, "zero count of a histogram")
                case 9: parts.negative.spans.append(try HistogramParts.span(field, &reader))
                case 10: try HistogramParts.append(field, &reader, to: &parts.negative.distances)
                case 11: try HistogramParts.append(field, &reader, to: &parts.negative.counts)
                case 12: parts.positive.spans.append(try HistogramParts.span(field, &reader))
                case 13: try HistogramParts.append(field, &reader, to: &parts.positive.distances)
                case 14: try HistogramParts.append(field, &reader, to: &parts.positive.counts)
                case 16: exemplars.append(try reader.text(field, "exemplar"))
                default: try reader.skip(field)
                }
            }
        }

        private static func bucket(
            _ message: UnsafeRawBufferPointer, _ range: Range<Int>
        ) throws(WireFormatError) -> Bucket {
            var bucket = Bucket(count: 0, bound: 0)
            var floatCount = 0.0
            var reader = ProtobufReader(message, range)
            while let field = try reader.next() {
                switch field.number {
                case 1: bucket.count = Double(try reader.count(field, "count of a bucket"))
                case 2: bucket.bound = try reader.double(field, "bound of a bucket")
                case 3: bucket.exemplar = try reader.text(field, "exemplar of a bucket")
                case 4: floatCount = try reader.double(field, "count of a bucket")
                default: try reader.skip(field)
                }
            }
            if floatCount > 0 { bucket.count = floatCount }
            return bucket
        }

        mutating func native(isGauge: Bool) -> Result<NativeHistogram, HistogramParts.Problem> {
            parts.isFloat = floatCount > 0 || zeroFloatCount > 0
            parts.count = parts.isFloat ? floatCount : Double(count)
            parts.zeroCount = parts.isFloat ? zeroFloatCount : Double(zeroCount)
            parts.hint = UInt64(isGauge ? NativeHistogram.CounterReset.gauge.rawValue : 0)
            return parts.histogram()
        }
    }

    mutating func parseHistogram(
        _ range: Range<Int>, isGauge: Bool, _ moment: Moment, _ page: inout Page, _ batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        try histogram.read(page.readable, range)
        guard options.readsNativeHistograms, histogram.isNative else {
            return try appendClassic(moment, page, &batch)
        }
        let native: NativeHistogram
        switch histogram.native(isGauge: isGauge) {
        case .success(var read):
            read.compact()
            native = read
        case .failure(let problem): throw page.problem(range, "bad histogram: \(problem.text)")
        }
        if let problem = native.problem { throw page.problem(range, "bad histogram: \(problem)") }
        if histogram.exemplars.isEmpty {
            for bucket in histogram.buckets {
                if let exemplar = bucket.exemplar { try readExemplar(exemplar, page) }
            }
        } else {
            for exemplar in histogram.exemplars { try readExemplar(exemplar, page) }
        }
        exemplars.putInOrder()
        try append(native, moment, page, &batch)
        if options.keepsClassicHistograms, !histogram.buckets.isEmpty { try appendClassic(moment, page, &batch) }
    }

    private mutating func appendClassic(
        _ moment: Moment, _ page: Page, _ batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        try append(.count, histogram.total, moment, page, &batch)
        try append(.sum, histogram.parts.sum, moment, page, &batch)
        for place in histogram.buckets.indices {
            let bucket = histogram.buckets[place]
            if let exemplar = bucket.exemplar { try readExemplar(exemplar, page) }
            try append(.bucket, bucket.count, moment, page, &batch, bound: (page.bucketLabel, bucket.bound))
            // Nothing comes behind the last.
            if bucket.bound == .infinity { return }
        }
        try append(.bucket, histogram.total, moment, page, &batch, bound: (page.bucketLabel, .infinity))
    }
}
