import Basics
import SignalModel
import Synchronization

/// Takes a range of time out of the head and makes a block of it.
struct HeadBlock {
    private struct Series {
        var labels: [UInt8]
        var chunks: [EncodedChunk]
        var location: UInt32
        var ref: UInt64
        /// Of the late samples in `chunks`.
        var lateTimes: [Int64]
    }

    private let head: Head
    private var series: [Series] = []
    let range: Range<Int64>

    /// Takes what the head holds of `range`, whose ends are ends of block ranges, so that no chunk crosses them. No
    /// sample of that time may be on its way any more, but late ones. With `lateOnly` those alone: what came after
    /// the range had been cut before.
    init(_ head: Head, _ range: Range<Int64>, lateOnly: Bool = false) {
        self.head = head
        self.range = range
        for shard in head.shards {
            var slot: UInt32 = 0
            var isDone = false
            while !isDone {
                // Appends get their turn after each thousand series.
                shard.lock.lock()
                let end = min(shard.slab.slotCount, slot + 1024)
                while slot < end {
                    if let record = shard.slab.record(at: slot) { take(record, lateOnly) }
                    slot += 1
                }
                isDone = slot >= shard.slab.slotCount
                shard.lock.unlock()
            }
        }
    }

    private mutating func take(_ record: UnsafeMutablePointer<SeriesRecord>, _ lateOnly: Bool) {
        guard record.pointee.overlaps(range.lowerBound, range.upperBound - 1) else { return }
        var one = Series(
            labels: record.pointee.labels, chunks: [], location: record.pointee.location, ref: record.pointee.ref,
            lateTimes: [])
        if !lateOnly {
            one.chunks = record.pointee.finished.filter { range.contains($0.minTime) && range.contains($0.maxTime) }
            if let open = record.pointee.openChunk(from: range.lowerBound, through: range.upperBound - 1),
                range.contains(open.minTime), range.contains(open.maxTime)
            {
                one.chunks.append(open)
            }
        }
        if let late = record.pointee.late { Self.merge(late, range, into: &one) }
        if !one.chunks.isEmpty { series.append(one) }
    }

    /// Encodes the chunks anew with the late samples among theirs.
    private static func merge(_ late: LateSamples, _ range: Range<Int64>, into one: inout Series) {
        let places = late.places(range.lowerBound, range.upperBound - 1)
        guard !places.isEmpty else { return }
        one.lateTimes = Array(late.times[places])
        var buffer = SampleBuffer()
        for chunk in one.chunks {
            // Our own chunks decode.
            _ = chunk.append(from: .min, through: .max, to: &buffer)
        }
        late.append(places, to: &buffer)
        buffer.putInOrder(from: 0)
        one.chunks = EncodedChunk.encode(buffer)
    }

    var isEmpty: Bool { series.isEmpty }

    /// The late samples are in a durable block: the head need not keep them.
    func dropLate() {
        var dropped = 0
        for one in series where !one.lateTimes.isEmpty {
            let shard = head.shards[SeriesLocation.shard(one.location)]
            shard.lock.lock()
            if let record = shard.slab.record(at: SeriesLocation.slot(one.location)), record.pointee.ref == one.ref,
                let late = record.pointee.late
            {
                late.remove(one.lateTimes[...])
                if late.isEmpty { record.pointee.late = nil }
                dropped += one.lateTimes.count
            }
            shard.lock.unlock()
        }
        head.lateCount.subtract(dropped, ordering: .acquiringAndReleasing)
    }

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
