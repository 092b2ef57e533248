import Basics

/// Writes one block beside the others, under a name that is not a block's until it is whole.
struct BlockWriter {
    private let path: String
    private let fileSystem: any FileSystem
    private var index: IndexFileWriter
    private var chunks: ChunkFileWriter
    private var stats = BlockMeta.Stats(numSamples: 0, numSeries: 0, numChunks: 0)

    /// `folder` is where blocks lie; `ulid` the new one's name.
    init(_ ulid: ULID, in folder: String, _ fileSystem: any FileSystem, symbols: RankedSymbols) throws {
        path = "\(folder)/\(ulid)"
        self.fileSystem = fileSystem
        let draft = path + BlockFormat.draftSuffix
        try fileSystem.createDirectory(draft)
        chunks = try ChunkFileWriter("\(draft)/\(BlockFormat.chunkFolder)", fileSystem)
        index = try IndexFileWriter("\(draft)/\(BlockFormat.indexFile)", fileSystem, symbols: symbols)
    }

    var seriesCount: Int { index.seriesCount }

    /// A chunk on its way into a block.
    struct Chunk {
        var minTime: Int64
        var maxTime: Int64
        var encoding: UInt8
        var data: Data

        enum Data {
            case encoded(EncodedChunk)
            /// Good until the chunk is written.
            case borrowed(UnsafeRawBufferPointer)
        }

        init(_ chunk: EncodedChunk) {
            minTime = chunk.minTime
            maxTime = chunk.maxTime
            encoding = chunk.encoding
            data = .encoded(chunk)
        }

        init(minTime: Int64, maxTime: Int64, encoding: UInt8, data: UnsafeRawBufferPointer) {
            self.minTime = minTime
            self.maxTime = maxTime
            self.encoding = encoding
            self.data = .borrowed(data)
        }
    }

    /// A series after all before it in order, with at least one chunk. `labels` are ranks, name and value in turn.
    mutating func add(labels: ArraySlice<UInt32>, chunks list: [Chunk]) throws {
        var written: [WrittenChunk] = []
        written.reserveCapacity(list.count)
        for chunk in list {
            let reference =
                switch chunk.data {
                case .encoded(let encoded): try encoded.withBytes { try append($0, chunk.encoding) }
                case .borrowed(let bytes): try append(bytes, chunk.encoding)
                }
            written.append(WrittenChunk(minTime: chunk.minTime, maxTime: chunk.maxTime, reference: reference))
        }
        stats.numChunks = (stats.numChunks ?? 0) + UInt64(list.count)
        stats.numSeries = (stats.numSeries ?? 0) + 1
        try index.add(labels: labels, chunks: written)
    }

    private mutating func append(_ data: UnsafeRawBufferPointer, _ encoding: UInt8) throws -> UInt64 {
        // Every encoding begins with the number of samples.
        if data.count >= 2 { stats.numSamples = (stats.numSamples ?? 0) + (UInt64(data[0]) << 8 | UInt64(data[1])) }
        return try chunks.append(data, encoding: encoding)
    }

    /// Makes the block real: durable first, then renamed into place, and that durable too.
    mutating func finish(_ meta: BlockMeta) throws {
        let draft = path + BlockFormat.draftSuffix
        try chunks.finish()
        try index.finish()
        var meta = meta
        meta.stats = stats
        try fileSystem.replace("\(draft)/\(BlockFormat.metaFile)", with: meta.encoded())
        try fileSystem.replace("\(draft)/\(BlockFormat.tombstoneFile)", with: Tombstones().encoded)
        try fileSystem.rename(draft, to: path)
        try fileSystem.syncDirectory(BlockDirectory.parent(of: path))
    }

    /// Gives up: what was written goes.
    mutating func abandon() {
        chunks.abandon()
        index.abandon()
        // What cannot be removed now is removed by the next start.
        try? BlockDirectory.remove(path + BlockFormat.draftSuffix, fileSystem)
    }
}
