import Basics
import SignalModel

/// A finished run of samples of one kind, as it lies in a block: the number of samples (2 bytes, big endian), then
/// what the encoding says.
///
/// Its bytes lie on the heap or in a mapped file. A head holds millions of chunks, so one is 24 bytes.
struct EncodedChunk: Sendable {
    /// Milliseconds of the first sample.
    let minTime: Int64
    private let place: Place

    /// Each with a word of bit fields, from the low end: encoding (2), span in milliseconds (62, or 23 in a file),
    /// offset in the file (39).
    private enum Place: Sendable {
        case heap([UInt8], UInt64)
        case file(FileContent, UInt64)
    }

    /// A chunk on the heap spans less than this many milliseconds.
    private static let spanEnd: UInt64 = 1 << 62
    /// A chunk in a file spans less: a block range fits.
    private static let fileSpanBits: UInt64 = 23
    private static let fileOffsetBits: UInt64 = 39

    init(minTime: Int64, maxTime: Int64, bytes: [UInt8], encoding: UInt8 = ChunkEncoding.xor) {
        let span = UInt64(bitPattern: maxTime &- minTime)
        precondition(span < Self.spanEnd && encoding < 4)
        self.minTime = minTime
        place = .heap(bytes, span << 2 | UInt64(encoding))
    }

    /// A chunk in a file: at `offset` a varint says how many bytes follow. Nil when such a chunk cannot be named.
    init?(minTime: Int64, span: UInt64, encoding: UInt8, in file: FileContent, at offset: Int) {
        guard span < 1 << Self.fileSpanBits, offset < 1 << Self.fileOffsetBits, encoding < 4 else { return nil }
        self.minTime = minTime
        place = .file(file, UInt64(offset) << (Self.fileSpanBits + 2) | span << 2 | UInt64(encoding))
    }

    /// Milliseconds from the first sample to the last.
    var span: UInt64 {
        switch place {
        case .heap(_, let word): word >> 2
        case .file(_, let word): word >> 2 & (1 << Self.fileSpanBits - 1)
        }
    }

    /// Milliseconds of the last sample.
    var maxTime: Int64 { minTime &+ Int64(bitPattern: span) }

    var encoding: UInt8 {
        switch place {
        case .heap(_, let word), .file(_, let word): UInt8(word & 3)
        }
    }

    var isOnHeap: Bool {
        if case .heap = place { true } else { false }
    }

    /// The file it lies in; nil on the heap.
    var file: FileContent? {
        if case .file(let file, _) = place { file } else { nil }
    }

    /// Of a file that has changed since it was written, what stands there now: perhaps nothing.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        switch place {
        case .heap(let bytes, _): return try bytes.withUnsafeBytes(body)
        case .file(let file, let word):
            return try withExtendedLifetime(file) {
                var cursor = Int(word >> (Self.fileSpanBits + 2))
                let count = Varint.read(file.bytes, at: &cursor).flatMap { Int(exactly: $0) }
                return try body(file.bytes.slice(cursor, count ?? 0) ?? UnsafeRawBufferPointer(start: nil, count: 0))
            }
        }
    }

    /// Appends a varint that says how many bytes follow, and the bytes: what a file has of a chunk.
    func appendBytes(to target: inout [UInt8]) {
        withBytes {
            Varint.append(UInt64($0.count), to: &target)
            target.append(contentsOf: $0)
        }
    }

    /// Whether both are one chunk on the heap, not merely alike.
    func isSameOnHeap(_ other: EncodedChunk) -> Bool {
        guard case .heap(let mine, _) = place, case .heap(let others, _) = other.place else { return false }
        return minTime == other.minTime
            && mine.withUnsafeBytes(\.baseAddress) == others.withUnsafeBytes(\.baseAddress)
    }

    /// Samples in chunks of the usual size. Times must ascend.
    static func encode(_ samples: SampleBuffer) -> [EncodedChunk] {
        var chunks: [EncodedChunk] = []
        var floats = OpenChunk()
        var histograms: OpenHistogramChunk?
        defer { floats.release() }
        func finish() {
            if !floats.isEmpty { chunks.append(floats.finish()) }
            if let finished = histograms?.copy() { chunks.append(finished) }
            histograms = nil
        }
        for (time, value) in zip(samples.timestamps, samples.values) {
            let first = histograms?.firstTime ?? (floats.isEmpty ? time : floats.firstTime)
            if UInt64(bitPattern: time &- first) >= spanEnd { finish() }
            if HistogramBox.isBox(value) {
                if !floats.isEmpty { chunks.append(floats.finish()) }
                var histogram = samples.histograms[HistogramBox.place(value)]
                // What stood before it may be something else now.
                if histogram.counterReset != .gauge { histogram.counterReset = .unknown }
                chunks += OpenHistogramChunk.append(time, histogram, to: &histograms)
            } else {
                if histograms != nil { finish() }
                floats.append(time, value.bitPattern)
                if floats.sampleCount == XORChunk.samplesTarget { chunks.append(floats.finish()) }
            }
        }
        finish()
        return chunks
    }

    /// Appends the samples whose times lie in the inclusive range; false when the bytes are damaged.
    func append(from: Int64, through: Int64, to buffer: inout SampleBuffer) -> Bool {
        withBytes { Self.append($0, encoding, from: from, through: through, to: &buffer) }
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
