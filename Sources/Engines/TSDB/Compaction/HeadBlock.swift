import Basics
import SignalModel

/// Cuts a range of time out of the head into a block.
struct HeadBlock {
    private struct Series {
        var labels: [UInt8]
        var chunks: [XORChunk]
    }

    private var series: [Series] = []
    let range: Range<Int64>

    /// Takes what the head holds of `range`, whose ends are ends of block ranges, so that no chunk crosses them. No
    /// sample of that time may be on its way any more.
    init(_ head: Head, _ range: Range<Int64>) {
        self.range = range
        for shard in head.shards {
            var slot: UInt32 = 0
            var isDone = false
            while !isDone {
                // Appends get their turn after each thousand series.
                shard.lock.lock()
                let end = min(shard.slab.slotCount, slot + 1024)
                while slot < end {
                    if let record = shard.slab.record(at: slot) { take(record) }
                    slot += 1
                }
                isDone = slot >= shard.slab.slotCount
                shard.lock.unlock()
            }
        }
    }

    private mutating func take(_ record: UnsafeMutablePointer<SeriesRecord>) {
        guard record.pointee.overlaps(range.lowerBound, range.upperBound - 1) else { return }
        var chunks = record.pointee.finished.filter { range.contains($0.minTime) && range.contains($0.maxTime) }
        let open = record.pointee.open
        if !open.isEmpty, range.contains(open.firstTime), range.contains(open.lastTime) { chunks.append(open.copy()) }
        if !chunks.isEmpty { series.append(Series(labels: record.pointee.labels, chunks: Array(chunks))) }
    }

    var isEmpty: Bool { series.isEmpty }

    func write(_ ulid: ULID, in folder: String, _ fileSystem: any FileSystem) throws {
        let symbols = SymbolSet()
        var order = LabelOrder()
        var places: [UInt32] = []
        var starts: [Int] = [0]
        for one in series {
            order.append(one.labels)
            one.labels.withUnsafeBytes { labels in
                var cursor = 0
                while let label = PackedLabelWalk.next(labels, at: &cursor) {
                    places.append(UInt32(symbols.insert(label.name)))
                    places.append(UInt32(symbols.insert(label.value)))
                }
            }
            starts.append(places.count)
        }
        let ranked = symbols.ranked()
        for place in places.indices { places[place] = ranked.ranks[Int(places[place])] }
        var writer = try BlockWriter(ulid, in: folder, fileSystem, symbols: ranked)
        do {
            for number in order.sorted() {
                try writer.add(
                    labels: places[starts[number]..<starts[number + 1]],
                    chunks: series[number].chunks.map(BlockWriter.Chunk.init))
            }
            var meta = BlockMeta(
                ulid: ulid.description, minTime: range.lowerBound, maxTime: range.upperBound,
                compaction: BlockMeta.Compaction(level: 1, sources: [ulid.description]))
            meta.thanos = BlockMeta.Thanos(
                version: 1, labels: [:], downsample: BlockMeta.Thanos.Downsample(resolution: 0), source: "signalbox")
            try writer.finish(meta)
        } catch {
            writer.abandon()
            throw error
        }
    }
}
