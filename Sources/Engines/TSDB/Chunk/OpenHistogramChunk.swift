import SignalModel

/// The chunk that a series of histograms is still growing, in Prometheus' encodings 2 (whole counts,
/// tsdb/chunkenc/histogram.go) and 3 (float counts, float_histogram.go).
///
/// A chunk holds histograms of one layout. A bucket that appears makes it be written anew with that bucket in all
/// samples; anything else that does not fit begins a new chunk.
final class OpenHistogramChunk {
    private(set) var layout: HistogramLayout
    let isFloat: Bool
    let isGauge: Bool
    private(set) var firstTime: Int64
    private(set) var lastTime: Int64
    private(set) var sampleCount = 0
    /// With all buckets of the layout.
    private var last: NativeHistogram
    private var buffer: BitBuffer
    private var timeDelta: Int64 = 0
    private var whole = WholeState()
    private var float = FloatState()

    private struct WholeState {
        var count: Int64 = 0
        var zeroCount: Int64 = 0
        var countDelta: Int64 = 0
        var zeroCountDelta: Int64 = 0
        /// Distances from bucket to bucket, and how they changed.
        var buckets: [Int64] = []
        var bucketDeltas: [Int64] = []
        var sum = XORValue(0)
    }

    private struct FloatState {
        var count = XORValue(0)
        var zeroCount = XORValue(0)
        var sum = XORValue(0)
        var buckets: [XORValue] = []
    }

    /// Prometheus' measures: a chunk is finished at this size once it has some samples.
    static let bytesTarget = 1024
    static let samplesMin = 10
    static let headBytes = 3

    /// The two bits that tell how the chunk began.
    enum Beginning: UInt8 {
        case unknown = 0
        case notReset = 0b0100_0000
        case reset = 0b1000_0000
        case gauge = 0b1100_0000
    }

    private init(_ time: Int64, _ histogram: NativeHistogram, _ layout: HistogramLayout, _ beginning: UInt8) {
        self.layout = layout
        isFloat = histogram.isFloat
        isGauge = beginning == Beginning.gauge.rawValue
        firstTime = time
        lastTime = time
        last = histogram
        buffer = BitBuffer([0, 0, beginning])
        layout.append(to: &buffer)
        write(time, histogram)
    }

    /// Appends to the open chunk, beginning one where there is none or it cannot take the sample. Returns the chunks
    /// that this finished.
    static func append(_ time: Int64, _ histogram: NativeHistogram, to growing: inout OpenHistogramChunk?)
        -> [EncodedChunk]
    {
        let histogram = histogram.isStale ? NativeHistogram.stale(isFloat: histogram.isFloat) : histogram
        guard let chunk = growing else {
            growing = begin(time, histogram, .unknown)
            return []
        }
        switch chunk.fit(histogram) {
        case .asIs: chunk.write(time, histogram.isStale ? histogram : histogram.spread(over: chunk.layout))
        case .inWider(let layout):
            let wider = chunk.rewritten(layout)
            growing = wider
            wider.write(time, histogram.spread(over: layout))
        case .not(let beginning):
            growing = begin(time, histogram, beginning)
            return [chunk.copy()]
        }
        guard let grown = growing, grown.isFull else { return [] }
        growing = nil
        return [grown.copy()]
    }

    private static func begin(_ time: Int64, _ histogram: NativeHistogram, _ beginning: Beginning)
        -> OpenHistogramChunk
    {
        let beginning =
            histogram.counterReset == .gauge ? .gauge : histogram.counterReset == .reset ? .reset : beginning
        return OpenHistogramChunk(time, histogram, HistogramLayout(histogram), beginning.rawValue)
    }

    var isFull: Bool {
        sampleCount >= XORChunk.samplesTarget
            || (sampleCount >= Self.samplesMin && buffer.bytes.count >= Self.bytesTarget)
    }

    var bytes: [UInt8] { buffer.bytes }
    var newest: NativeHistogram { last }
    var encoding: UInt8 { isFloat ? ChunkEncoding.floatHistogram : ChunkEncoding.histogram }

    func copy() -> EncodedChunk {
        EncodedChunk(minTime: firstTime, maxTime: lastTime, bytes: buffer.bytes, encoding: encoding)
    }

    /// The chunk that `bytes` are, to be grown further. Nil when they are none.
    static func reopened(_ bytes: UnsafeRawBufferPointer, isFloat: Bool) -> OpenHistogramChunk? {
        guard bytes.count > headBytes, let samples = HistogramChunkDecoder.decode(bytes, isFloat: isFloat),
            let first = samples.first
        else { return nil }
        // A stale first sample has no layout, and none follows that would need one.
        let chunk = OpenHistogramChunk(
            first.time, first.histogram, HistogramLayout(first.histogram), bytes[2] & Beginning.gauge.rawValue)
        for sample in samples.dropFirst() { chunk.write(sample.time, sample.histogram) }
        return chunk
    }

    // MARK: Fitting

    private enum Fit {
        case asIs
        case inWider(HistogramLayout)
        case not(Beginning)
    }

    private func fit(_ histogram: NativeHistogram) -> Fit {
        if histogram.isFloat != isFloat { return .not(.unknown) }
        if histogram.isStale { return .asIs }
        if isGauge != (histogram.counterReset == .gauge) || last.isStale { return .not(.unknown) }
        if !isGauge, histogram.counterReset == .reset { return .not(.reset) }
        guard histogram.schema == layout.schema, histogram.zeroThreshold == layout.zeroThreshold,
            histogram.customBounds == layout.customBounds
        else { return .not(.unknown) }
        if !isGauge, histogram.hasFallen(since: last) { return .not(.reset) }
        var wider = layout
        wider.positive = Self.union(layout.positive, histogram.positive.indexes)
        wider.negative = Self.union(layout.negative, histogram.negative.indexes)
        return wider == layout ? .asIs : .inWider(wider)
    }

    private static func union(_ left: [Int32], _ right: [Int32]) -> [Int32] {
        if left == right { return left }
        var result: [Int32] = []
        var place = 0
        for index in left {
            while place < right.count, right[place] < index {
                result.append(right[place])
                place += 1
            }
            if place < right.count, right[place] == index { place += 1 }
            result.append(index)
        }
        return result + right[place...]
    }

    private func rewritten(_ wider: HistogramLayout) -> OpenHistogramChunk {
        let samples = buffer.bytes.withUnsafeBytes { HistogramChunkDecoder.decode($0, isFloat: isFloat) } ?? []
        precondition(samples.count == sampleCount, "a chunk of our own decodes")
        let chunk = OpenHistogramChunk(
            samples[0].time, samples[0].histogram.spread(over: wider), wider, buffer.bytes[2])
        for sample in samples.dropFirst() {
            chunk.write(
                sample.time, sample.histogram.isStale ? sample.histogram : sample.histogram.spread(over: wider))
        }
        return chunk
    }

    // MARK: Writing

    /// `histogram` has the buckets of the layout, or is stale and has none.
    private func write(_ time: Int64, _ histogram: NativeHistogram) {
        if isFloat { writeFloat(time, histogram) } else { writeWhole(time, histogram) }
        lastTime = time
        last = histogram
        sampleCount += 1
        buffer.setSampleCount(sampleCount)
    }

    private func writeTime(_ time: Int64) {
        let delta = time &- lastTime
        Varbit.append(delta &- timeDelta, to: &buffer)
        timeDelta = delta
    }

    private func writeWhole(_ time: Int64, _ histogram: NativeHistogram) {
        let count = NativeHistogram.whole(histogram.count)
        let zeroCount = NativeHistogram.whole(histogram.zeroCount)
        guard sampleCount > 0 else {
            Varbit.append(time, to: &buffer)
            Varbit.append(UInt64(count), to: &buffer)
            Varbit.append(UInt64(zeroCount), to: &buffer)
            buffer.append(histogram.sum.bitPattern, count: 64)
            whole.count = count
            whole.zeroCount = zeroCount
            whole.sum = XORValue(histogram.sum.bitPattern)
            whole.buckets = histogram.bucketDistances
            whole.bucketDeltas = [Int64](repeating: 0, count: whole.buckets.count)
            for distance in whole.buckets { Varbit.append(distance, to: &buffer) }
            return
        }
        writeTime(time)
        guard !histogram.isStale else {
            Varbit.append(Int64(0), to: &buffer)
            Varbit.append(Int64(0), to: &buffer)
            return whole.sum.append(histogram.sum.bitPattern, to: &buffer)
        }
        let countDelta = count &- whole.count
        let zeroCountDelta = zeroCount &- whole.zeroCount
        Varbit.append(countDelta &- whole.countDelta, to: &buffer)
        Varbit.append(zeroCountDelta &- whole.zeroCountDelta, to: &buffer)
        whole.sum.append(histogram.sum.bitPattern, to: &buffer)
        for (place, distance) in histogram.bucketDistances.enumerated() {
            let delta = distance &- whole.buckets[place]
            Varbit.append(delta &- whole.bucketDeltas[place], to: &buffer)
            whole.buckets[place] = distance
            whole.bucketDeltas[place] = delta
        }
        whole.count = count
        whole.zeroCount = zeroCount
        whole.countDelta = countDelta
        whole.zeroCountDelta = zeroCountDelta
    }

    private func writeFloat(_ time: Int64, _ histogram: NativeHistogram) {
        let counts = histogram.positive.counts + histogram.negative.counts
        guard sampleCount > 0 else {
            Varbit.append(time, to: &buffer)
            float.count = XORValue(histogram.count.bitPattern)
            float.zeroCount = XORValue(histogram.zeroCount.bitPattern)
            float.sum = XORValue(histogram.sum.bitPattern)
            float.buckets = counts.map { XORValue($0.bitPattern) }
            for value in [float.count, float.zeroCount, float.sum] + float.buckets {
                buffer.append(value.bits, count: 64)
            }
            return
        }
        writeTime(time)
        float.count.append(histogram.count.bitPattern, to: &buffer)
        float.zeroCount.append(histogram.zeroCount.bitPattern, to: &buffer)
        float.sum.append(histogram.sum.bitPattern, to: &buffer)
        for (place, count) in counts.enumerated() { float.buckets[place].append(count.bitPattern, to: &buffer) }
    }
}

extension NativeHistogram {
    /// Whole counts, each as its distance from the one before, as Prometheus' formats have them: positive side first.
    var bucketDistances: [Int64] {
        var result: [Int64] = []
        result.reserveCapacity(positive.count + negative.count)
        for side in [positive, negative] {
            var previous: Int64 = 0
            for count in side.counts {
                let whole = Self.whole(count)
                result.append(whole &- previous)
                previous = whole
            }
        }
        return result
    }

    /// A count that is whole anyway; another program's file may hold one that no number of 64 bits is.
    static func whole(_ count: Double) -> Int64 { Int64(exactly: count.rounded()) ?? (count > 0 ? .max : 0) }

    /// The same histogram with all buckets of a layout, empty ones too. Its own are among them.
    func spread(over layout: HistogramLayout) -> NativeHistogram {
        var result = self
        result.positive = positive.spread(over: layout.positive)
        result.negative = negative.spread(over: layout.negative)
        return result
    }
}

extension HistogramBuckets {
    fileprivate func spread(over layout: [Int32]) -> HistogramBuckets {
        if indexes == layout { return self }
        var place = 0
        let spread = layout.map { index in
            guard place < count, indexes[place] == index else { return 0.0 }
            defer { place += 1 }
            return counts[place]
        }
        return HistogramBuckets(indexes: layout, counts: spread)
    }
}
