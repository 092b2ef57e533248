import Basics

/// Writes a block's index: symbols, series, postings, the table of their offsets, the table of contents.
struct IndexFileWriter {
    private var file: BlockFileWriter
    private let symbols: RankedSymbols
    /// References of series by name and value, both as ranks.
    private var postings: [UInt64: PostingList] = [:]
    private var all = PostingList()
    private let symbolsStart: Int
    private let seriesStart: Int
    private(set) var seriesCount = 0

    init(_ path: String, _ fileSystem: any FileSystem, symbols: RankedSymbols) throws {
        file = try BlockFileWriter(path, fileSystem)
        self.symbols = symbols
        var head: [UInt8] = []
        head.appendBigEndian(BlockFormat.indexMagic)
        head.append(BlockFormat.indexVersion)
        try file.append(head)
        symbolsStart = file.position
        var content: [UInt8] = []
        content.appendBigEndian(UInt32(symbols.count))
        for rank in 0..<symbols.count {
            symbols.withText(rank) { text in
                Varint.append(UInt64(text.count), to: &content)
                content.append(contentsOf: text)
            }
        }
        try Self.appendSection(content, to: &file)
        seriesStart = file.position
    }

    /// Length, content, checksum.
    private static func appendSection(_ content: [UInt8], to file: inout BlockFileWriter) throws {
        guard let length = UInt32(exactly: content.count) else {
            throw FileSystemError(
                code: .tooLarge, operation: "write", path: BlockFormat.indexFile, message: "a section over 4 GiB")
        }
        var frame: [UInt8] = []
        frame.appendBigEndian(length)
        try file.append(frame)
        try file.append(content)
        frame.removeAll()
        frame.appendBigEndian(CRC32C.checksum(content))
        try file.append(frame)
    }

    /// A series after all before it in order. `labels` are ranks, name and value in turn; `chunks` ascend in time.
    mutating func add(labels: ArraySlice<UInt32>, chunks: [WrittenChunk]) throws {
        file.pad(to: BlockFormat.seriesAlignment)
        guard let reference = UInt32(exactly: file.position / BlockFormat.seriesAlignment) else {
            throw FileSystemError(
                code: .tooLarge, operation: "write", path: BlockFormat.indexFile,
                message: "more than 64 GiB of series")
        }
        var content: [UInt8] = []
        Varint.append(UInt64(labels.count / 2), to: &content)
        for symbol in labels { Varint.append(UInt64(symbol), to: &content) }
        Self.append(chunks, to: &content)
        var entry: [UInt8] = []
        Varint.append(UInt64(content.count), to: &entry)
        entry += content
        entry.appendBigEndian(CRC32C.checksum(content))
        try file.append(entry)
        all.append(reference)
        var place = labels.startIndex
        while place < labels.endIndex {
            let key = UInt64(labels[place]) << 32 | UInt64(labels[place + 1])
            postings[key, default: PostingList()].append(reference)
            place += 2
        }
        seriesCount += 1
    }

    private static func append(_ chunks: [WrittenChunk], to content: inout [UInt8]) {
        Varint.append(UInt64(chunks.count), to: &content)
        var lastEnd: Int64 = 0
        var lastReference: UInt64 = 0
        for (number, chunk) in chunks.enumerated() {
            if number == 0 {
                Varint.append(Varint.zigZag(chunk.minTime), to: &content)
            } else {
                Varint.append(UInt64(bitPattern: chunk.minTime &- lastEnd), to: &content)
            }
            Varint.append(UInt64(bitPattern: chunk.maxTime &- chunk.minTime), to: &content)
            if number == 0 {
                Varint.append(chunk.reference, to: &content)
            } else {
                Varint.append(Varint.zigZag(Int64(bitPattern: chunk.reference &- lastReference)), to: &content)
            }
            lastEnd = chunk.maxTime
            lastReference = chunk.reference
        }
    }

    /// Everything is on stable storage when it returns.
    mutating func finish() throws {
        defer { releasePostings() }
        let postingsStart = file.position
        var table: [UInt8] = []
        table.appendBigEndian(UInt32(postings.count + 1))
        // The list of all series has an empty name and value and comes first.
        try append(all, name: nil, value: nil, to: &table)
        for key in postings.keys.sorted() {
            guard let list = postings[key] else { continue }
            try append(list, name: Int(key >> 32), value: Int(key & 0xffff_ffff), to: &table)
        }
        // Prometheus no longer reads label indices; their empty table keeps older readers content.
        let labelTableStart = file.position
        try Self.appendSection([0, 0, 0, 0], to: &file)
        let tableStart = file.position
        try Self.appendSection(table, to: &file)
        var contents: [UInt8] = []
        for offset in [symbolsStart, seriesStart, postingsStart, labelTableStart, postingsStart, tableStart] {
            contents.appendBigEndian(UInt64(offset))
        }
        contents.appendBigEndian(CRC32C.checksum(contents))
        try file.append(contents)
        try file.finish()
    }

    private mutating func append(_ list: PostingList, name: Int?, value: Int?, to table: inout [UInt8]) throws {
        file.pad(to: 4)
        table.append(2)
        for rank in [name, value] {
            guard let rank else {
                table.append(0)
                continue
            }
            symbols.withText(rank) { text in
                Varint.append(UInt64(text.count), to: &table)
                table.append(contentsOf: text)
            }
        }
        Varint.append(UInt64(file.position), to: &table)
        let content = list.withIDs { ids in
            [UInt8](unsafeUninitializedCapacity: 4 + 4 * ids.count) { buffer, count in
                let bytes = UnsafeMutableRawBufferPointer(buffer)
                bytes.storeBytes(of: UInt32(ids.count).bigEndian, as: UInt32.self)
                for (place, id) in ids.enumerated() {
                    bytes.storeBytes(of: id.bigEndian, toByteOffset: 4 + 4 * place, as: UInt32.self)
                }
                count = 4 + 4 * ids.count
            }
        }
        try Self.appendSection(content, to: &file)
    }

    private mutating func releasePostings() {
        all.release()
        for key in Array(postings.keys) { postings[key]?.release() }
        postings = [:]
    }

    mutating func abandon() {
        releasePostings()
        file.abandon()
    }
}

/// A chunk that lies in a block's chunk files.
struct WrittenChunk {
    var minTime: Int64
    var maxTime: Int64
    /// Segment and, in the low 32 bits, offset.
    var reference: UInt64
}
