internal import Basics

/// Writes the file of a part: blocks one after another, then the index.
final class PartWriter {
    let name: String
    private let path: String
    private let file: any AppendableFile
    private let compressor: Compressor
    private var blocks: [BlockInfo] = []
    private var identities: [IdentityEntry] = []
    private var terms = TermIndexWriter()
    private(set) var rowCount = 0

    struct IdentityEntry {
        var hash: UInt64
        var block: UInt32
        var row: UInt32
    }

    init(
        _ fileSystem: any FileSystem, directory: String, name: String, _ compressor: Compressor
    ) throws(FileSystemError) {
        self.name = name
        self.compressor = compressor
        path = directory + "/" + name
        file = try fileSystem.openForAppending(path)
        // Left by a crash: nothing refers to it.
        if file.count > 0 { try file.truncate(to: 0) }
        try file.append(PartFooter.magic(PartFooter.version))
    }

    var blockCount: Int { blocks.count }

    /// Encodes a block.
    func append(_ block: LogBlock.MemoryColumns) throws(FileSystemError) {
        let (bytes, info, terms) = BlockEncoder.encode(block, compressor)
        self.terms.add(terms, block: blocks.count)
        var entries: [(hash: UInt64, row: Int)] = []
        let given = block.columns[LogBlock.Reserved.identity]
        let indices = block.columns[LogBlock.Reserved.index]
        for entry in 0..<given.entryCount {
            let row = given.row(of: entry)
            entries.append((IdentityKey.hash(index: indices[row].text, identity: given[entry].text), row))
        }
        try append(info, identities: entries, bytes: bytes)
    }

    /// Takes over a block as it is.
    func append(
        _ info: BlockInfo, identities entries: [(hash: UInt64, row: Int)], bytes: [UInt8]
    ) throws(FileSystemError) {
        var info = info
        info.offset = file.count
        try file.append(bytes)
        for entry in entries {
            identities.append(
                IdentityEntry(hash: entry.hash, block: UInt32(blocks.count), row: UInt32(entry.row)))
        }
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
        let identities = identityBytes
        try disk { () throws(FileSystemError) in try file.append(identities) }
        let termsStart = file.count
        let bits = try terms.write { bytes throws(FileSystemError) in try file.append(bytes) }
        let index = indexBytes
        let footer = PartFooter.bytes(
            start: start, identities: identities, termsCount: file.count - termsStart, bucketBits: bits, index: index)
        try disk { () throws(FileSystemError) in
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

    private var identityBytes: [UInt8] {
        var entries: [UInt8] = []
        entries.reserveCapacity(identities.count * 16)
        let sorted = identities.sorted { ($0.hash, $0.block, $0.row) < ($1.hash, $1.block, $1.row) }
        for entry in sorted {
            entries.append(fixed64: entry.hash)
            entries.append(fixed32: entry.block)
            entries.append(fixed32: entry.row)
        }
        return entries
    }

    func close() { file.close() }
}
