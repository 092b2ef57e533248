import SignalModel

/// A finished run of samples of one kind, as it lies in a block: the number of samples (2 bytes, big endian), then
/// what the encoding says.
struct EncodedChunk: Sendable {
    /// Milliseconds of the first and the last sample.
    var minTime: Int64
    var maxTime: Int64
    var bytes: [UInt8]
    var encoding = ChunkEncoding.xor

    /// Samples in chunks of the usual size. Times must ascend.
    static func encode(_ samples: SampleBuffer) -> [EncodedChunk] {
        var chunks: [EncodedChunk] = []
        var floats = OpenChunk()
        var histograms: OpenHistogramChunk?
        defer { floats.release() }
        for (time, value) in zip(samples.timestamps, samples.values) {
            if HistogramBox.isBox(value) {
                if !floats.isEmpty { chunks.append(floats.finish()) }
                var histogram = samples.histograms[HistogramBox.place(value)]
                // What stood before it may be something else now.
                if histogram.counterReset != .gauge { histogram.counterReset = .unknown }
                chunks += OpenHistogramChunk.append(time, histogram, to: &histograms)
            } else {
                if let finished = histograms?.copy() { chunks.append(finished) }
                histograms = nil
                floats.append(time, value.bitPattern)
                if floats.sampleCount == XORChunk.samplesTarget { chunks.append(floats.finish()) }
            }
        }
        if !floats.isEmpty { chunks.append(floats.finish()) }
        if let finished = histograms?.copy() { chunks.append(finished) }
        return chunks
    }

    /// Appends the samples whose times lie in the inclusive range; false when the bytes are damaged.
    func append(from: Int64, through: Int64, to buffer: inout SampleBuffer) -> Bool {
        bytes.withUnsafeBytes { Self.append($0, encoding, from: from, through: through, to: &buffer) }
    }

    /// The same for bytes that lie elsewhere.
    static func append(
        _ bytes: UnsafeRawBufferPointer, _ encoding: UInt8, from: Int64, through: Int64,
        to buffer: inout SampleBuffer
    ) -> Bool {
        switch encoding {
        case ChunkEncoding.xor: XORChunkDecoder.append(bytes, from: from, through: through, to: &buffer)
        case ChunkEncoding.histogram, ChunkEncoding.floatHistogram:
            HistogramChunkDecoder.append(
                bytes, isFloat: encoding == ChunkEncoding.floatHistogram, from: from, through: through, to: &buffer)
        default: false
        }
    }
}

/// Prometheus' XOR encoding of floats (tsdb/chunkenc/xor.go), after "Gorilla: A Fast, Scalable, In-Memory Time Series
/// Database" (Pelkonen et al., VLDB 2015).
enum XORChunk {
    /// A chunk is finished at this many samples: Prometheus' choice, past which compression gains little and
    /// a read of one sample pays for all the others.
    static let samplesTarget = 120
    /// The first sample's bytes at most: count, varint time, value.
    static let headBytesMax = 2 + 10 + 8
    /// A later sample's bits at most: prefix and time (4 + 64), then control, lengths and value (2 + 11 + 64).
    static let sampleBitsMax = 4 + 64 + 2 + 11 + 64
    /// No chunk of `samplesTarget` samples is longer.
    static let bytesMax = headBytesMax + samplesTarget * ((sampleBitsMax + 7) / 8)
}
