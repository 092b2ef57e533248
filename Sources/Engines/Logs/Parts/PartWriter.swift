internal import Basics

/// Writes the file of a part: blocks one after another, then the index.
final class PartWriter {
    let name: String
    private let path: String
    private let file: any AppendableFile
    private let compressor: Compressor
    private let grouping: RowGrouping?
    private var blocks: [BlockInfo] = []
    private var identities: [IdentityEntry] = []
    /// The first row of each run of rows of one group.
    private var groups: [IdentityEntry] = []
    private var terms = TermIndexWriter()
    private(set) var rowCount = 0

    struct IdentityEntry {
        var hash: UInt64
        var block: UInt32
        var row: UInt32
    }

    init(
        _ fileSystem: any FileSystem, directory: String, name: String, _ compressor: Compressor,
        _ grouping: RowGrouping? = nil
    ) throws(FileSystemError) {
        self.name = name
        self.compressor = compressor
        self.grouping = grouping
        path = directory + "/" + name
        file = try fileSystem.openForAppending(path)
        // Left by a crash: nothing refers to it.
        if file.count > 0 { try file.truncate(to: 0) }
        try file.append(PartFooter.magic(grouping == nil ? PartFooter.version : PartFooter.groupedVersion))
    }

    var blockCount: Int { blocks.count }

    /// Encodes a block.
    func append(_ block: LogBlock.MemoryColumns) throws(FileSystemError) {
        let (bytes, info, terms) = BlockEncoder.encode(block, compressor, grouping)
        self.terms.add(terms, block: blocks.count)
        var entries: [(hash: UInt64, row: Int)] = []
        let given = block.columns[LogBlock.Reserved.identity]
        let indices = block.columns[LogBlock.Reserved.index]
        for entry in 0..<given.entryCount {
            let row = given.row(of: entry)
            entries.append((IdentityKey.hash(index: indices[row].text, identity: given[entry].text), row))
        }
        try append(
            info, identities: entries, groups: grouping.map { block.groupRuns(by: $0) } ?? [], bytes: bytes)
    }

    /// Takes over a block as it is.
    func append(
        _ info: BlockInfo, identities entries: [(hash: UInt64, row: Int)],
        groups runs: [(hash: UInt64, row: Int)], bytes: [UInt8]
    ) throws(FileSystemError) {
        var info = info
        info.offset = file.count
        try file.append(bytes)
        let block = UInt32(blocks.count)
        for entry in entries {
            identities.append(IdentityEntry(hash: entry.hash, block: block, row: UInt32(entry.row)))
        }
        for run in runs { groups.append(IdentityEntry(hash: run.hash, block: block, row: UInt32(run.row))) }
        blocks.append(info)
        rowCount += info.rowCount
    }

    /// Takes over what the index of another part says of its words; `numbers` says which block is which here.
    func append(_ index: TermIndex, of file: PartFile, numbers: [Int32]) throws(LogQueryError) {
        try terms.add(index, of: file, numbers: numbers)
    }

    /// Makes it durable; the directory entry is the caller's to sync.
    func finish() throws(LogStoreError) {
        let start = file.count
        let identities = Self.bytes(self.identities)
        try disk { () throws(FileSystemError) in try file.append(identities) }
        let termsStart = file.count
        var bits = 0
        if grouping == nil {
            bits = try terms.write { bytes throws(FileSystemError) in try file.append(bytes) }
        }
        let termsCount = file.count - termsStart
        let runs = grouping.map { _ in Self.bytes(groups) }
        let index = indexBytes
        let footer = PartFooter.bytes(
            start: start, identities: identities, termsCount: termsCount, bucketBits: bits, groups: runs,
            index: index)
        try disk { () throws(FileSystemError) in
            if let runs { try file.append(runs) }
            try file.append(index)
            try file.append(footer)
            try file.sync()
        }
        file.close()
    }

    private func disk(_ body: () throws(FileSystemError) -> Void) throws(LogStoreError) {
        do throws(FileSystemError) { try body() } catch { throw .disk(error) }
    }

    private var indexBytes: [UInt8] {
        var names = NameTable()
        var body: [UInt8] = []
        for block in blocks { block.append(to: &body, &names) }
        var index: [UInt8] = []
        Varint.append(UInt64(names.names.count), to: &index)
        for name in names.names { index.append(text: name) }
        Varint.append(UInt64(blocks.count), to: &index)
        index.append(contentsOf: body)
        var packed: [UInt8] = []
        compressor.append(index, level: 3, to: &packed)
        return packed
    }

    private static func bytes(_ list: [IdentityEntry]) -> [UInt8] {
        var entries: [UInt8] = []
        entries.reserveCapacity(list.count * 16)
        let sorted = list.sorted { ($0.hash, $0.block, $0.row) < ($1.hash, $1.block, $1.row) }
        for entry in sorted {
            entries.append(fixed64: entry.hash)
            entries.append(fixed32: entry.block)
            entries.append(fixed32: entry.row)
        }
        return entries
    }

    func close() { file.close() }
}
