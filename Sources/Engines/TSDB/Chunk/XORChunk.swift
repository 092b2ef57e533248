import SignalModel

/// A finished run of samples in Prometheus' XOR encoding (tsdb/chunkenc/xor.go), after "Gorilla: A Fast,
/// Scalable, In-Memory Time Series Database" (Pelkonen et al., VLDB 2015):
/// sample count (2 bytes, big endian), then bits, most significant first.
struct XORChunk: Sendable {
    /// Milliseconds of the first and the last sample.
    var minTime: Int64
    var maxTime: Int64
    var bytes: [UInt8]

    /// A chunk is finished at this many samples: Prometheus' choice, past which compression gains little and
    /// a read of one sample pays for all the others.
    static let samplesTarget = 120
    /// The first sample's bytes at most: count, varint time, value.
    static let headBytesMax = 2 + 10 + 8
    /// A later sample's bits at most: prefix and time (4 + 64), then control, lengths and value (2 + 11 + 64).
    static let sampleBitsMax = 4 + 64 + 2 + 11 + 64

    /// Samples in chunks of the usual size. Times must ascend.
    static func encode(_ samples: SampleBuffer) -> [XORChunk] {
        var chunks: [XORChunk] = []
        var open = OpenChunk()
        defer { open.release() }
        for (time, value) in zip(samples.timestamps, samples.values) {
            open.append(time, value.bitPattern)
            if open.sampleCount == samplesTarget { chunks.append(open.finish()) }
        }
        if !open.isEmpty { chunks.append(open.finish()) }
        return chunks
    }

    /// No chunk of `samplesTarget` samples is longer.
    static let bytesMax = headBytesMax + samplesTarget * ((sampleBitsMax + 7) / 8)
}
