import SignalModel

/// Reads chunks of histograms. Bytes may come from a disk: whatever they are, nothing is read out of bounds, and what
/// is allocated is bounded by their number.
enum HistogramChunkDecoder {
    struct Decoded {
        var time: Int64
        var histogram: NativeHistogram
    }

    /// Appends the samples whose times lie in the inclusive range; false when the bytes are damaged.
    static func append(
        _ bytes: UnsafeRawBufferPointer, isFloat: Bool, from: Int64, through: Int64, to buffer: inout SampleBuffer
    ) -> Bool {
        forEach(bytes, isFloat: isFloat) { time, histogram in
            if time >= from, time <= through { buffer.append(time, histogram) }
            return time <= through
        }
    }

    /// All samples; nil when the bytes are damaged.
    static func decode(_ bytes: UnsafeRawBufferPointer, isFloat: Bool) -> [Decoded]? {
        var result: [Decoded] = []
        let isWhole = forEach(bytes, isFloat: isFloat) { time, histogram in
            result.append(Decoded(time: time, histogram: histogram))
            return true
        }
        return isWhole ? result : nil
    }

    /// Calls `body` with each sample until it returns false.
    private static func forEach(
        _ bytes: UnsafeRawBufferPointer, isFloat: Bool, _ body: (Int64, NativeHistogram) -> Bool
    ) -> Bool {
        guard bytes.count >= OpenHistogramChunk.headBytes else { return false }
        let count = Int(bytes[0]) << 8 | Int(bytes[1])
        guard count > 0 else { return true }
        var reader = BitReader(bytes, fromByte: OpenHistogramChunk.headBytes)
        guard let layout = HistogramLayout(&reader) else { return false }
        let isGauge =
            bytes[2] & OpenHistogramChunk.Beginning.gauge.rawValue
            == OpenHistogramChunk.Beginning.gauge.rawValue
        var whole = WholeSamples(layout)
        var float = FloatSamples(layout)
        var time: Int64 = 0
        var timeDelta: Int64 = 0
        for number in 0..<count {
            guard let bits = Varbit.readSigned(&reader) else { return false }
            if number == 0 {
                time = bits
            } else {
                timeDelta &+= bits
                time &+= timeDelta
            }
            guard var histogram = isFloat ? float.next(&reader) : whole.next(&reader) else { return false }
            // Within a chunk counting never begins anew. What stood before the first is not known here.
            histogram.counterReset = isGauge ? .gauge : number == 0 ? .unknown : .notReset
            if !body(time, histogram) { return true }
        }
        return true
    }

    private static func histogram(
        _ layout: HistogramLayout, _ counts: [Double], count: Double, zeroCount: Double, sum: Double, isFloat: Bool
    ) -> NativeHistogram {
        NativeHistogram(
            schema: layout.schema, zeroThreshold: layout.zeroThreshold, zeroCount: zeroCount, count: count, sum: sum,
            positive: HistogramBuckets(
                indexes: layout.positive, counts: Array(counts[..<layout.positive.count])),
            negative: HistogramBuckets(
                indexes: layout.negative, counts: Array(counts[layout.positive.count...])),
            customBounds: layout.customBounds, isFloat: isFloat)
    }

    private struct WholeSamples {
        let layout: HistogramLayout
        private var isFirst = true
        private var count: Int64 = 0
        private var zeroCount: Int64 = 0
        private var countDelta: Int64 = 0
        private var zeroCountDelta: Int64 = 0
        private var sum = XORValue(0)
        private var buckets: [Int64]
        private var bucketDeltas: [Int64]

        init(_ layout: HistogramLayout) {
            self.layout = layout
            buckets = [Int64](repeating: 0, count: layout.positive.count + layout.negative.count)
            bucketDeltas = buckets
        }

        mutating func next(_ reader: inout BitReader) -> NativeHistogram? {
            guard isFirst ? readFirst(&reader) : readNext(&reader) else { return nil }
            isFirst = false
            let total = Double(bitPattern: sum.bits)
            if StaleMarker.isStale(total) { return .stale(isFloat: false) }
            var counts: [Double] = []
            counts.reserveCapacity(buckets.count)
            var running: Int64 = 0
            for (place, distance) in buckets.enumerated() {
                if place == layout.positive.count { running = 0 }
                running &+= distance
                counts.append(Double(running))
            }
            return histogram(
                layout, counts, count: Double(UInt64(bitPattern: count)),
                zeroCount: Double(UInt64(bitPattern: zeroCount)), sum: total, isFloat: false)
        }

        private mutating func readFirst(_ reader: inout BitReader) -> Bool {
            guard let first = Varbit.readUnsigned(&reader), let zero = Varbit.readUnsigned(&reader),
                let bits = reader.read(64)
            else { return false }
            count = Int64(bitPattern: first)
            zeroCount = Int64(bitPattern: zero)
            sum = XORValue(bits)
            for place in buckets.indices {
                guard let distance = Varbit.readSigned(&reader) else { return false }
                buckets[place] = distance
            }
            return true
        }

        private mutating func readNext(_ reader: inout BitReader) -> Bool {
            guard let countChange = Varbit.readSigned(&reader), let zeroChange = Varbit.readSigned(&reader),
                sum.read(&reader)
            else { return false }
            countDelta &+= countChange
            count &+= countDelta
            zeroCountDelta &+= zeroChange
            zeroCount &+= zeroCountDelta
            if sum.bits == StaleMarker.bits { return true }
            for place in buckets.indices {
                guard let change = Varbit.readSigned(&reader) else { return false }
                bucketDeltas[place] &+= change
                buckets[place] &+= bucketDeltas[place]
            }
            return true
        }
    }

    private struct FloatSamples {
        let layout: HistogramLayout
        private var isFirst = true
        private var count = XORValue(0)
        private var zeroCount = XORValue(0)
        private var sum = XORValue(0)
        private var buckets: [XORValue] = []

        init(_ layout: HistogramLayout) { self.layout = layout }

        mutating func next(_ reader: inout BitReader) -> NativeHistogram? {
            guard isFirst ? readFirst(&reader) : readNext(&reader) else { return nil }
            isFirst = false
            let total = Double(bitPattern: sum.bits)
            if StaleMarker.isStale(total) { return .stale(isFloat: true) }
            return histogram(
                layout, buckets.map { Double(bitPattern: $0.bits) }, count: Double(bitPattern: count.bits),
                zeroCount: Double(bitPattern: zeroCount.bits), sum: total, isFloat: true)
        }

        private mutating func readFirst(_ reader: inout BitReader) -> Bool {
            guard let first = reader.read(64), let zero = reader.read(64), let bits = reader.read(64) else {
                return false
            }
            count = XORValue(first)
            zeroCount = XORValue(zero)
            sum = XORValue(bits)
            for _ in 0..<layout.positive.count + layout.negative.count {
                guard let bits = reader.read(64) else { return false }
                buckets.append(XORValue(bits))
            }
            return true
        }

        private mutating func readNext(_ reader: inout BitReader) -> Bool {
            guard count.read(&reader), zeroCount.read(&reader), sum.read(&reader) else { return false }
            if sum.bits == StaleMarker.bits { return true }
            for place in buckets.indices where !buckets[place].read(&reader) { return false }
            return true
        }
    }
}
