import Basics

/// One part of the head: series whose hash ends here, behind one lock.
final class HeadShard: @unchecked Sendable {  // Everything but `lock` is touched only while it is held.
    let number: Int
    let lock = ShardLock()
    let slab = SeriesSlab()
    var table = SeriesTable()
    /// Finished chunks and samples applied, for statistics.
    var finishedChunkCount = 0

    init(number: Int) { self.number = number }

    @inline(__always)
    func find(_ hash: UInt64, _ labels: UnsafeRawBufferPointer) -> UnsafeMutablePointer<SeriesRecord>? {
        guard let slot = table.find(hash, labels, in: slab) else { return nil }
        return slab.pointer(slot)
    }

    /// A new record for labels that have none; nil when the table cannot take it.
    func create(
        _ hash: UInt64, _ labels: UnsafeRawBufferPointer, ref: UInt64
    ) -> UnsafeMutablePointer<SeriesRecord>? {
        let slot = slab.insert(SeriesRecord(labels: Array(labels), ref: ref))
        guard table.insert(hash, slot) else {
            slab.remove(slot)
            return nil
        }
        let record = slab.pointer(slot)
        record.pointee.location = SeriesLocation.pack(slot: slot, shard: number)
        return record
    }

    /// Forgets the record at a place. Nobody may have it pinned.
    func remove(_ slot: UInt32) {
        let record = slab.pointer(slot)
        let hash = record.pointee.labels.withUnsafeBytes { hash64($0) }
        finishedChunkCount -= record.pointee.finished.count
        table.remove(hash, slot)
        slab.remove(slot)
    }
}
