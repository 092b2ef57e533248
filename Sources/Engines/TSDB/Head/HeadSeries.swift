import Basics
import SignalModel

/// A series found by a query. Holds its labels and where it lies, nothing that an append would have to wait for.
final class HeadSeries: SelectedSeries {
    let labels: Labels
    private let head: Head
    private let ref: UInt64
    private let location: UInt32
    /// While it is held the head keeps what it has.
    private let lease: BlockLease

    init(labels: Labels, head: Head, ref: UInt64, location: UInt32, lease: BlockLease) {
        self.labels = labels
        self.head = head
        self.ref = ref
        self.location = location
        self.lease = lease
    }

    /// Finished chunks are shared and decoded without a lock; of the open one the few hundred bytes there are
    /// get copied under it. A series dropped since it was selected has no samples any more.
    func read(from: Timestamp, through: Timestamp, into buffer: inout SampleBuffer) throws {
        let from = from.milliseconds
        let through = through.milliseconds
        let start = buffer.count
        try withUnsafeTemporaryAllocation(byteCount: XORChunk.bytesMax, alignment: 8) { scratch in
            var found = Found()
            let openCount = snapshot(from, through, &found, scratch)
            for chunk in found.finished {
                try chunk.withBytes { try decode($0, chunk.encoding, from, through, &buffer) }
            }
            if openCount > 0 {
                let open = UnsafeRawBufferPointer(rebasing: scratch[..<openCount])
                try decode(open, ChunkEncoding.xor, from, through, &buffer)
            }
            if let open = found.openHistograms {
                try open.withBytes { try decode($0, open.encoding, from, through, &buffer) }
            }
            guard found.late.count > 0 else { return }
            buffer.append(found.late)
            buffer.putInOrder(from: start)
        }
    }

    /// What is taken under the lock, to be decoded without it.
    private struct Found {
        var finished = ArraySlice<EncodedChunk>()
        var openHistograms: EncodedChunk?
        var late = SampleBuffer()
    }

    /// Returns how many bytes of the open chunk were copied.
    private func snapshot(
        _ from: Int64, _ through: Int64, _ found: inout Found, _ scratch: UnsafeMutableRawBufferPointer
    ) -> Int {
        let shard = head.shards[SeriesLocation.shard(location)]
        shard.lock.lock()
        defer { shard.lock.unlock() }
        guard let record = shard.slab.record(at: SeriesLocation.slot(location)), record.pointee.ref == ref,
            record.pointee.overlaps(from, through)
        else { return 0 }
        if let waiting = record.pointee.late {
            waiting.append(waiting.places(from, through), to: &found.late)
        }
        // Queries mostly ask for the newest chunks, so look from the end.
        var end = record.pointee.finished.count
        while end > 0, record.pointee.finished[end - 1].minTime > through { end -= 1 }
        var first = end
        while first > 0, record.pointee.finished[first - 1].maxTime >= from { first -= 1 }
        if first < end { found.finished = record.pointee.finished[first..<end] }
        if record.pointee.openHistograms != nil {
            found.openHistograms = record.pointee.openChunk(from: from, through: through)
            return 0
        }
        guard !record.pointee.open.isEmpty, record.pointee.open.firstTime <= through,
            record.pointee.open.lastTime >= from
        else { return 0 }
        let bytes = record.pointee.open.bytes
        scratch.copyMemory(from: bytes)
        return bytes.count
    }

    private func decode(
        _ bytes: UnsafeRawBufferPointer, _ encoding: UInt8, _ from: Int64, _ through: Int64,
        _ buffer: inout SampleBuffer
    ) throws {
        guard EncodedChunk.append(bytes, encoding, from: from, through: through, to: &buffer) else {
            throw SampleStoreError(.corrupt, "head chunk of \(labels) does not decode")
        }
    }
}
