internal import Basics

/// Writes the file of a part: blocks one after another, then the index.
final class PartWriter {
    static let magic: [UInt8] = Array("SBLP".utf8) + [1, 0, 0, 0]
    static let footerCount = 44

    let name: String
    private let path: String
    private let file: any AppendableFile
    private let compressor: Compressor
    private var blocks: [BlockInfo] = []
    private var identities: [IdentityEntry] = []
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
        try file.append(Self.magic)
    }

    var blockCount: Int { blocks.count }

    /// Encodes a block.
    func append(_ block: LogBlock.MemoryColumns) throws(FileSystemError) {
        let (bytes, info) = BlockEncoder.encode(block, compressor)
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

    /// Makes it durable; the directory entry is the caller's to sync.
    func finish() throws(FileSystemError) {
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
        identities.sort { ($0.hash, $0.block, $0.row) < ($1.hash, $1.block, $1.row) }
        var entries: [UInt8] = []
        entries.reserveCapacity(identities.count * 16)
        for entry in identities {
            entries.append(fixed64: entry.hash)
            entries.append(fixed32: entry.block)
            entries.append(fixed32: entry.row)
        }
        var footer: [UInt8] = []
        footer.append(fixed64: UInt64(file.count))
        footer.append(fixed64: UInt64(entries.count))
        footer.append(fixed64: UInt64(packed.count))
        footer.append(fixed32: CRC32C.checksum(entries))
        footer.append(fixed32: CRC32C.checksum(packed))
        footer.append(fixed32: CRC32C.checksum(footer))
        footer.append(contentsOf: Self.magic)
        try file.append(entries)
        try file.append(packed)
        try file.append(footer)
        try file.sync()
        file.close()
    }

    func close() { file.close() }
}
