import SignalModel

/// What the head holds of one series. Lives in a slab, is reached by pointer, and read and changed only under
/// its shard's lock — except `labels` and `ref`, which never change while the record is pinned.
struct SeriesRecord {
    // The order keeps a record at 112 bytes: the small fields fill the gap behind `open`.
    /// `Labels.packed`; shared with the results of queries.
    let labels: [UInt8]
    var finished: ContiguousArray<EncodedChunk> = []
    /// Floats. Also keeps the time of the newest sample of any kind.
    var open = OpenChunk()
    /// Place in the label index; `noID` before the first sample.
    var id = SeriesRecord.noID
    /// Batches that hold a pointer to this record. It stays where it is while there are any.
    var pins: UInt32 = 0
    /// Where the record lies: its place in the slab and, in the low bits, its shard.
    var location: UInt32 = 0
    /// The number log records name the series by. Never used twice in one log.
    let ref: UInt64
    /// Newest sample that passed the order check: ahead of `open` while its batch waits for the disk.
    var admittedTime = Int64.min
    var admittedBits: UInt64 = 0
    /// A log record with the labels was written, or waits to be.
    var isLogged = false
    /// Applied samples that came after newer ones, or after their time was cut into a block; nil when none wait.
    var late: LateSamples?

    /// Histograms; then `open` is empty. Nil while there are none.
    var openHistograms: OpenHistogramChunk?

    static let noID = UInt32.max

    init(labels: [UInt8], ref: UInt64) {
        self.labels = labels
        self.ref = ref
    }

    /// Forgets what was admitted but will not be written after all.
    mutating func resetAdmission() {
        admittedTime = open.lastTime
        admittedBits = open.lastBits
    }

    var hasSamples: Bool { isInOrder || late != nil }
    /// Some samples are not late.
    var isInOrder: Bool { !open.isEmpty || !finished.isEmpty || openHistograms != nil }
    var minTime: Int64 { finished.first?.minTime ?? openHistograms?.firstTime ?? open.firstTime }
    /// Newest applied sample.
    var maxTime: Int64 { open.lastTime }

    @inline(__always)
    func overlaps(_ from: Int64, _ through: Int64) -> Bool {
        (isInOrder && minTime <= through && maxTime >= from) || (late?.overlaps(from, through) ?? false)
    }

    /// Whether a sample that is not late has this time.
    func holds(_ milliseconds: Int64) -> Bool {
        if milliseconds == open.lastTime { return true }
        var buffer = SampleBuffer()
        for chunk in finished where chunk.minTime <= milliseconds && chunk.maxTime >= milliseconds {
            // Our own chunks decode.
            _ = chunk.append(from: milliseconds, through: milliseconds, to: &buffer)
        }
        if let chunk = openChunk(from: milliseconds, through: milliseconds) {
            _ = chunk.append(from: milliseconds, through: milliseconds, to: &buffer)
        }
        return buffer.count > 0
    }

    /// The chunk that still grows, as it stands, where it overlaps the range.
    func openChunk(from: Int64, through: Int64) -> EncodedChunk? {
        if let openHistograms {
            return openHistograms.firstTime <= through && openHistograms.lastTime >= from
                ? openHistograms.copy() : nil
        }
        guard !open.isEmpty, open.firstTime <= through, open.lastTime >= from else { return nil }
        return open.copy()
    }

    /// Adds a sample that is not newer than all before it, or whose time is cut. False when there is one already.
    mutating func applyLate(_ milliseconds: Int64, _ bits: UInt64, _ histogram: NativeHistogram? = nil) -> Bool {
        let late = late ?? LateSamples()
        self.late = late
        return late.insert(milliseconds, bits, histogram)
    }

    /// Adds a sample newer than all before it. Returns true when that finished a chunk.
    @inline(__always)
    mutating func apply(_ milliseconds: Int64, _ bits: UInt64) -> Bool {
        var isFinished = false
        if openHistograms != nil { isFinished = finishHistograms() }
        // A chunk stays inside one block range, so that blocks are cut between chunks.
        if !open.isEmpty, BlockRange.index(of: milliseconds) != BlockRange.index(of: open.firstTime) {
            finished.append(open.finish())
            isFinished = true
        }
        open.append(milliseconds, bits)
        if open.sampleCount >= XORChunk.samplesTarget {
            finished.append(open.finish())
            isFinished = true
        }
        return isFinished
    }

    private mutating func finishHistograms() -> Bool {
        guard let chunk = openHistograms?.copy() else { return false }
        finished.append(chunk)
        openHistograms = nil
        return true
    }

    /// The same for a histogram, whose fingerprint is `bits`. Returns how many chunks that finished.
    mutating func apply(_ milliseconds: Int64, _ bits: UInt64, _ histogram: NativeHistogram) -> Int {
        let before = finished.count
        if !open.isEmpty { finished.append(open.finish()) }
        if let openHistograms, BlockRange.index(of: milliseconds) != BlockRange.index(of: openHistograms.firstTime) {
            _ = finishHistograms()
        }
        finished += OpenHistogramChunk.append(milliseconds, histogram, to: &openHistograms)
        open.note(milliseconds, bits)
        return finished.count - before
    }
}

/// Blocks cover two hours, aligned to the epoch, as Prometheus cuts them.
enum BlockRange {
    static let milliseconds: Int64 = 2 * 60 * 60 * 1000

    /// Rounds down, also before the epoch.
    @inline(__always)
    static func index(of time: Int64) -> Int64 {
        let quotient = time / milliseconds
        return time < 0 && quotient * milliseconds != time ? quotient - 1 : quotient
    }
}
