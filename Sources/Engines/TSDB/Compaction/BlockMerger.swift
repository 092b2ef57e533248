import Basics
import SignalModel

/// Makes one block of several: series in order, chunks as they are where they neither overlap nor hold deleted
/// samples, encoded anew where they do.
struct BlockMerger {
    private let blocks: [Block]
    private let ranked: RankedSymbols
    /// By block: ranks of its symbols.
    private var ranks: [[UInt32]] = []
    private var cursors: [Cursor] = []
    private let tombstones: [Tombstones]
    private let raisesLevel: Bool

    private struct Cursor {
        var series: [UInt32]
        var place = 0
        var labels: [UInt32] = []
        var chunks: [StoredChunk] = []
    }

    /// A chunk of one of the blocks.
    fileprivate struct Source {
        var block: Int
        var chunk: StoredChunk
        var deleted: [ClosedRange<Int64>]
    }

    /// `raisesLevel` unless one block is only rid of what was deleted from it.
    init(_ blocks: [Block], raisesLevel: Bool = true) throws {
        self.blocks = blocks
        self.raisesLevel = raisesLevel
        tombstones = blocks.map(\.tombstones)
        let symbols = SymbolSet()
        var places: [[UInt32]] = []
        for block in blocks {
            places.append((0..<block.index.symbolCount).map { UInt32(symbols.insert(block.index.symbol($0))) })
        }
        let ranked = symbols.ranked()
        self.ranked = ranked
        ranks = places.map { $0.map { ranked.ranks[Int($0)] } }
        for number in blocks.indices {
            var cursor = Cursor(series: try blocks[number].index.allSeries())
            try load(&cursor, number)
            cursors.append(cursor)
        }
    }

    private func load(_ cursor: inout Cursor, _ number: Int) throws {
        guard cursor.place < cursor.series.count else { return }
        let (symbols, chunks) = try blocks[number].index.series(cursor.series[cursor.place])
        let ranks = ranks[number]
        cursor.labels = symbols.map { ranks[Int($0)] }
        cursor.chunks = chunks
    }

    /// Writes the merged block. Returns false, and leaves nothing behind, when all samples are deleted.
    mutating func write(_ ulid: ULID, in folder: String, _ fileSystem: any FileSystem) throws -> Bool {
        var writer = try BlockWriter(ulid, in: folder, fileSystem, symbols: ranked)
        do {
            while try mergeNext(into: &writer) {}
            guard writer.seriesCount > 0 else {
                writer.abandon()
                return false
            }
            try writer.finish(meta(ulid))
            return true
        } catch {
            writer.abandon()
            throw error
        }
    }

    private func meta(_ ulid: ULID) -> BlockMeta {
        let metas = blocks.map(\.meta)
        var meta = BlockMeta(
            ulid: ulid.description, minTime: metas.map(\.minTime).min() ?? 0,
            maxTime: metas.map(\.maxTime).max() ?? 0,
            compaction: BlockMeta.Compaction(
                level: (metas.map(\.compaction.level).max() ?? 0) + (raisesLevel ? 1 : 0)))
        meta.compaction.sources = Set(metas.flatMap { $0.compaction.sources ?? [$0.ulid] }).sorted()
        meta.compaction.parents = metas.map {
            BlockMeta.Parent(ulid: $0.ulid, minTime: $0.minTime, maxTime: $0.maxTime)
        }
        meta.thanos = metas.last?.thanos
        return meta
    }

    /// Adds the smallest series under the cursors; false when there is none left.
    private mutating func mergeNext(into writer: inout BlockWriter) throws -> Bool {
        var labels: [UInt32]?
        for cursor in cursors where cursor.place < cursor.series.count {
            if labels.map({ cursor.labels.lexicographicallyPrecedes($0) }) ?? true { labels = cursor.labels }
        }
        guard let labels else { return false }
        var sources: [Source] = []
        for number in cursors.indices {
            guard cursors[number].place < cursors[number].series.count, cursors[number].labels == labels else {
                continue
            }
            let reference = cursors[number].series[cursors[number].place]
            let deleted = tombstones[number].intervals[reference] ?? []
            sources += cursors[number].chunks.map { Source(block: number, chunk: $0, deleted: deleted) }
            cursors[number].place += 1
            var cursor = cursors[number]
            try load(&cursor, number)
            cursors[number] = cursor
        }
        let chunks = try merged(sources)
        if !chunks.isEmpty { try writer.add(labels: labels[...], chunks: chunks) }
        return true
    }

    private func merged(_ sources: [Source]) throws -> [BlockWriter.Chunk] {
        let ordered = sources.sorted { ($0.chunk.minTime, $0.block) < ($1.chunk.minTime, $1.block) }
        var result: [BlockWriter.Chunk] = []
        var place = 0
        while place < ordered.count {
            // Those that overlap one another belong together.
            var end = place + 1
            var last = ordered[place].chunk.maxTime
            while end < ordered.count, ordered[end].chunk.minTime <= last {
                last = max(last, ordered[end].chunk.maxTime)
                end += 1
            }
            try append(ordered[place..<end], to: &result)
            place = end
        }
        return result
    }

    private func append(_ group: ArraySlice<Source>, to result: inout [BlockWriter.Chunk]) throws {
        let stored = try group.map { ($0, try blocks[$0.block].chunk($0.chunk.reference)) }
        if stored.count == 1, let (source, chunk) = stored.first, !source.isTouched {
            result.append(
                BlockWriter.Chunk(
                    minTime: source.chunk.minTime, maxTime: source.chunk.maxTime, encoding: chunk.encoding,
                    data: chunk.data))
            return
        }
        var buffer = SampleBuffer()
        for (source, chunk) in stored {
            let start = buffer.count
            guard EncodedChunk.append(chunk.data, chunk.encoding, from: .min, through: .max, to: &buffer) else {
                throw SampleStoreError(.corrupt, "\(blocks[source.block].path): a chunk does not decode")
            }
            buffer.remove(source.deleted, from: start)
        }
        buffer.putInOrder(from: 0)
        result += EncodedChunk.encode(buffer).map(BlockWriter.Chunk.init)
    }
}

extension BlockMerger.Source {
    /// Some of the chunk's times are deleted.
    fileprivate var isTouched: Bool {
        deleted.contains { $0.lowerBound <= chunk.maxTime && $0.upperBound >= chunk.minTime }
    }
}
