import Basics
import SignalModel

extension LogRecord {
    struct HistogramSample {
        var ref: UInt64
        var time: Int64
        var histogram: NativeHistogram
    }

    static func holdsHistograms(_ record: UnsafeRawBufferPointer) -> Bool {
        switch record.first.flatMap(LogFormat.Record.init) {
        case .histograms, .floatHistograms, .customHistograms, .customFloatHistograms: true
        default: false
        }
    }

    private static func type(of histogram: NativeHistogram) -> LogFormat.Record {
        if histogram.hasCustomBounds { return histogram.isFloat ? .customFloatHistograms : .customHistograms }
        return histogram.isFloat ? .floatHistograms : .histograms
    }

    /// The samples of a batch that were admitted, floats and histograms in records of their own. A record ends where
    /// the kind changes within a series, so that replay meets each series' samples in order.
    static func mixedSamples(_ ticket: CommitTicket) -> [[UInt8]] {
        let batch = ticket.batch
        var records: [[UInt8]] = []
        var floats: [(ref: UInt64, time: Int64, bits: UInt64)] = []
        var histograms: [LogFormat.Record: [HistogramSample]] = [:]
        func flush() {
            if !floats.isEmpty { records.append(encoded(floats)) }
            for (type, samples) in histograms.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                records.append(encoded(samples, type.rawValue))
            }
            floats.removeAll()
            histograms.removeAll()
        }
        for (number, entry) in batch.entries.enumerated() {
            let ref = ticket.refs[number]
            var previous: LogFormat.Record?
            for place in entry.samplesStart..<entry.samplesStart + entry.samplesCount {
                if !ticket.isSkipped.isEmpty, ticket.isSkipped[place] { continue }
                let time = batch.samples[place].timestamp.milliseconds
                let histogram = batch.histogram(place)
                let kind = histogram.map(type) ?? .samples
                if let previous, previous != kind { flush() }
                previous = kind
                if let histogram {
                    histograms[kind, default: []].append(HistogramSample(ref: ref, time: time, histogram: histogram))
                } else {
                    floats.append((ref, time, batch.samples[place].value.bitPattern))
                }
            }
        }
        flush()
        return records
    }

    private static func encoded(_ floats: [(ref: UInt64, time: Int64, bits: UInt64)]) -> [UInt8] {
        let room = SampleEncoder.headBytes + floats.count * SampleEncoder.sampleBytesMax
        return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            var encoder = SampleEncoder(start)
            for sample in floats { encoder.append(sample.ref, sample.time, sample.bits) }
            count = encoder.count
        }
    }

    /// A record of the type of another one; empty without samples.
    static func histograms(_ samples: [HistogramSample], like type: UInt8) -> [UInt8] {
        samples.isEmpty ? [] : encoded(samples, type)
    }

    private static func encoded(_ samples: [HistogramSample], _ type: UInt8) -> [UInt8] {
        var bytes: [UInt8] = [type]
        let isFloat = isFloat(type)
        appendBigEndian(samples[0].ref, to: &bytes)
        appendBigEndian(UInt64(bitPattern: samples[0].time), to: &bytes)
        for sample in samples {
            Varint.append(Varint.zigZag(Int64(bitPattern: sample.ref &- samples[0].ref)), to: &bytes)
            Varint.append(Varint.zigZag(sample.time &- samples[0].time), to: &bytes)
            append(sample.histogram, isFloat: isFloat, to: &bytes)
        }
        return bytes
    }

    private static func isFloat(_ type: UInt8) -> Bool {
        type == LogFormat.Record.floatHistograms.rawValue || type == LogFormat.Record.customFloatHistograms.rawValue
    }

    /// One histogram, its counts as floats or whole.
    static func append(_ histogram: NativeHistogram, isFloat: Bool, to bytes: inout [UInt8]) {
        bytes.append(histogram.counterReset.rawValue)
        Varint.append(Varint.zigZag(Int64(histogram.schema)), to: &bytes)
        appendBigEndian(histogram.zeroThreshold.bitPattern, to: &bytes)
        for count in [histogram.zeroCount, histogram.count] {
            if isFloat {
                appendBigEndian(count.bitPattern, to: &bytes)
            } else {
                Varint.append(UInt64(bitPattern: NativeHistogram.whole(count)), to: &bytes)
            }
        }
        appendBigEndian(histogram.sum.bitPattern, to: &bytes)
        for side in [histogram.positive, histogram.negative] {
            let spans = side.spans
            Varint.append(UInt64(spans.count), to: &bytes)
            for span in spans {
                Varint.append(Varint.zigZag(Int64(span.offset)), to: &bytes)
                Varint.append(UInt64(span.length), to: &bytes)
            }
        }
        let distances = isFloat ? [] : histogram.bucketDistances
        var start = 0
        for side in [histogram.positive, histogram.negative] {
            Varint.append(UInt64(side.count), to: &bytes)
            if isFloat {
                for count in side.counts { appendBigEndian(count.bitPattern, to: &bytes) }
            } else {
                for distance in distances[start..<start + side.count] {
                    Varint.append(Varint.zigZag(distance), to: &bytes)
                }
                start += side.count
            }
        }
        guard histogram.hasCustomBounds else { return }
        Varint.append(UInt64(histogram.customBounds.count), to: &bytes)
        for bound in histogram.customBounds { appendBigEndian(bound.bitPattern, to: &bytes) }
    }

    // MARK: Reading

    /// All samples of a record of histograms; nil when it does not decode.
    static func histograms(_ record: UnsafeRawBufferPointer) -> [HistogramSample]? {
        guard var reader = HistogramReader(record) else { return nil }
        var samples: [HistogramSample] = []
        while !reader.isAtEnd {
            guard let sample = reader.next() else { return nil }
            samples.append(sample)
        }
        return samples
    }

    struct HistogramReader {
        private let record: UnsafeRawBufferPointer
        private var cursor = SampleEncoder.headBytes
        private let baseRef: UInt64
        private let baseTime: Int64
        private let isFloat: Bool

        /// Nil when even the head is not there.
        init?(_ record: UnsafeRawBufferPointer) {
            guard record.count >= SampleEncoder.headBytes else { return nil }
            self.record = record
            isFloat = LogRecord.isFloat(record[0])
            baseRef = loadBigEndian(record, 1)
            baseTime = Int64(bitPattern: loadBigEndian(record, 9))
        }

        var isAtEnd: Bool { cursor >= record.count }

        /// Nil when the bytes are no sample.
        mutating func next() -> HistogramSample? {
            guard let ref = Varint.read(record, at: &cursor), let time = Varint.read(record, at: &cursor),
                let histogram = readHistogram(record, &cursor, isFloat: isFloat)
            else { return nil }
            return HistogramSample(
                ref: baseRef &+ UInt64(bitPattern: Varint.unZigZag(ref)),
                time: baseTime &+ Varint.unZigZag(time), histogram: histogram)
        }
    }

    /// Nil when the bytes are no histogram.
    static func readHistogram(_ bytes: UnsafeRawBufferPointer, _ cursor: inout Int, isFloat: Bool)
        -> NativeHistogram?
    {
        var reader = HistogramFields(bytes: bytes, cursor: cursor, isFloat: isFloat)
        guard let histogram = reader.histogram() else { return nil }
        cursor = reader.cursor
        return histogram
    }
}

private struct HistogramFields {
    let bytes: UnsafeRawBufferPointer
    var cursor: Int
    let isFloat: Bool

    mutating func histogram() -> NativeHistogram? {
        guard let hint = bytes.slice(cursor, 1)?[0] else { return nil }
        cursor += 1
        guard let schema = signed(), let threshold = float(), let zeroCount = count(), let count = count(),
            let sum = float(), let positiveSpans = spans(), let negativeSpans = spans(),
            let positive = side(positiveSpans), let negative = side(negativeSpans)
        else { return nil }
        var histogram = NativeHistogram(
            schema: Int(schema), zeroThreshold: threshold, zeroCount: zeroCount, count: count, sum: sum,
            positive: positive, negative: negative, counterReset: .init(rawValue: hint) ?? .unknown, isFloat: isFloat)
        if histogram.hasCustomBounds {
            guard let boundCount = length(of: 8) else { return nil }
            for _ in 0..<boundCount {
                guard let bound = float() else { return nil }
                histogram.customBounds.append(bound)
            }
        } else if !NativeHistogram.schemas.contains(histogram.schema) {
            return nil
        }
        return histogram
    }

    private mutating func signed() -> Int64? { Varint.read(bytes, at: &cursor).map(Varint.unZigZag) }

    private mutating func float() -> Double? {
        guard let bits = bytes.bigEndian64(cursor) else { return nil }
        cursor += 8
        return Double(bitPattern: bits)
    }

    private mutating func count() -> Double? {
        isFloat ? float() : Varint.read(bytes, at: &cursor).map { Double($0) }
    }

    /// A number of things that take `bytesMin` bytes each at least, all of which must be there.
    private mutating func length(of bytesMin: Int) -> Int? {
        guard let count = Varint.read(bytes, at: &cursor), count <= UInt64((bytes.count - cursor) / bytesMin) else {
            return nil
        }
        return Int(count)
    }

    private mutating func spans() -> [HistogramSpan]? {
        guard let spanCount = length(of: 2) else { return nil }
        var spans: [HistogramSpan] = []
        for _ in 0..<spanCount {
            guard let offset = signed().flatMap({ Int32(exactly: $0) }),
                let length = Varint.read(bytes, at: &cursor).flatMap({ UInt32(exactly: $0) })
            else { return nil }
            spans.append(HistogramSpan(offset: offset, length: length))
        }
        return spans
    }

    private mutating func side(_ spans: [HistogramSpan]) -> HistogramBuckets? {
        guard let bucketCount = length(of: isFloat ? 8 : 1),
            let indexes = HistogramBuckets.indexes(of: spans, count: bucketCount)
        else { return nil }
        var counts: [Double] = []
        counts.reserveCapacity(bucketCount)
        var running: Int64 = 0
        for _ in 0..<bucketCount {
            if isFloat {
                guard let count = float() else { return nil }
                counts.append(count)
            } else {
                guard let distance = signed() else { return nil }
                running &+= distance
                counts.append(Double(running))
            }
        }
        return HistogramBuckets(indexes: indexes, counts: counts)
    }
}

extension NativeHistogram {
    /// More than the log needs for it.
    var logBytesMax: Int {
        // Head, then a span and a count of a bucket each, then bounds.
        80 + (positive.count + negative.count) * 25 + customBounds.count * 8
    }
}
