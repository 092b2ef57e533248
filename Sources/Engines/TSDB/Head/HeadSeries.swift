import Basics
import SignalModel

/// A series found by a query. Holds its labels and where it lies, nothing that an append would have to wait for.
final class HeadSeries: SelectedSeries {
    let labels: Labels
    private let head: Head
    private let ref: UInt64
    private let location: UInt32

    init(labels: Labels, head: Head, ref: UInt64, location: UInt32) {
        self.labels = labels
        self.head = head
        self.ref = ref
        self.location = location
    }

    /// Finished chunks are shared and decoded without a lock; of the open one the few hundred bytes there are
    /// get copied under it. A series dropped since it was selected has no samples any more.
    func read(from: Timestamp, through: Timestamp, into buffer: inout SampleBuffer) throws {
        let from = from.milliseconds
        let through = through.milliseconds
        guard let found = chunks(from, through) else { return }
        for chunk in found.finished { try decode(chunk.bytes, from, through, &buffer) }
        if let open = found.open { try decode(open, from, through, &buffer) }
    }

    private func chunks(_ from: Int64, _ through: Int64) -> (finished: ArraySlice<XORChunk>, open: [UInt8]?)? {
        let shard = head.shards[SeriesLocation.shard(location)]
        shard.lock.lock()
        defer { shard.lock.unlock() }
        guard let record = shard.slab.record(at: SeriesLocation.slot(location)), record.pointee.ref == ref,
            record.pointee.overlaps(from, through)
        else { return nil }
        let finished = record.pointee.finished
        var first = finished.count
        // Queries mostly ask for the newest chunks, so look from the end.
        while first > 0, finished[first - 1].maxTime >= from { first -= 1 }
        let overlapping = finished[first...].prefix { $0.minTime <= through }
        let isOpenWanted = !record.pointee.open.isEmpty && record.pointee.open.firstTime <= through
        return (
            overlapping.isEmpty ? [] : ArraySlice(overlapping), isOpenWanted ? Array(record.pointee.open.bytes) : nil
        )
    }

    private func decode(
        _ bytes: [UInt8], _ from: Int64, _ through: Int64, _ buffer: inout SampleBuffer
    ) throws {
        let isWhole = bytes.withUnsafeBytes { XORChunkDecoder.append($0, from: from, through: through, to: &buffer) }
        guard isWhole else { throw SampleStoreError(.corrupt, "head chunk of \(labels) does not decode") }
    }
}
