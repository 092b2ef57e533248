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
            var finished = ArraySlice<XORChunk>()
            var late: [(time: Int64, bits: UInt64)] = []
            let openCount = snapshot(from, through, &finished, &late, scratch)
            for chunk in finished {
                try chunk.bytes.withUnsafeBytes { try decode($0, from, through, &buffer) }
            }
            if openCount > 0 {
                try decode(UnsafeRawBufferPointer(rebasing: scratch[..<openCount]), from, through, &buffer)
            }
            guard !late.isEmpty else { return }
            for sample in late { buffer.append(sample.time, Double(bitPattern: sample.bits)) }
            buffer.putInOrder(from: start)
        }
    }

    /// Returns how many bytes of the open chunk were copied.
    private func snapshot(
        _ from: Int64, _ through: Int64, _ overlapping: inout ArraySlice<XORChunk>,
        _ late: inout [(time: Int64, bits: UInt64)],
        _ scratch: UnsafeMutableRawBufferPointer
    ) -> Int {
        let shard = head.shards[SeriesLocation.shard(location)]
        shard.lock.lock()
        defer { shard.lock.unlock() }
        guard let record = shard.slab.record(at: SeriesLocation.slot(location)), record.pointee.ref == ref,
            record.pointee.overlaps(from, through)
        else { return 0 }
        if let waiting = record.pointee.late {
            for place in waiting.places(from, through) { late.append((waiting.times[place], waiting.bits[place])) }
        }
        // Queries mostly ask for the newest chunks, so look from the end.
        var end = record.pointee.finished.count
        while end > 0, record.pointee.finished[end - 1].minTime > through { end -= 1 }
        var first = end
        while first > 0, record.pointee.finished[first - 1].maxTime >= from { first -= 1 }
        if first < end { overlapping = record.pointee.finished[first..<end] }
        guard !record.pointee.open.isEmpty, record.pointee.open.firstTime <= through,
            record.pointee.open.lastTime >= from
        else { return 0 }
        let bytes = record.pointee.open.bytes
        scratch.copyMemory(from: bytes)
        return bytes.count
    }

    private func decode(
        _ bytes: UnsafeRawBufferPointer, _ from: Int64, _ through: Int64, _ buffer: inout SampleBuffer
    ) throws {
        guard XORChunkDecoder.append(bytes, from: from, through: through, to: &buffer) else {
            throw SampleStoreError(.corrupt, "head chunk of \(labels) does not decode")
        }
    }
}
