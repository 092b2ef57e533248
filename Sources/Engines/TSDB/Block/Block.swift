import Basics
import SignalModel
import Synchronization

/// One immutable block: its index and chunks, mapped, and what was deleted from it.
final class Block: Sendable {
    let files: any BlockFiles
    /// Names the block in error texts; on a disk, its folder.
    let path: String
    let meta: BlockMeta
    let index: BlockIndex
    /// On disk.
    let byteCount: Int
    private let segments: [FileContent]
    private let deleted: Mutex<Tombstones>

    /// Throws `SampleStoreError` `corrupt` with file and byte, or `unavailable`.
    init(_ files: any BlockFiles) throws {
        self.files = files
        path = files.location
        let metaPath = "\(path)/\(BlockFormat.metaFile)"
        let bytes = try files.content(BlockFormat.metaFile).array
        guard bytes.count <= BlockMeta.bytesMax, let meta = try? BlockMeta.decode(bytes) else {
            throw SampleStoreError(.corrupt, "\(metaPath): no valid JSON of a block")
        }
        guard meta.version == 1, meta.minTime < meta.maxTime else {
            throw SampleStoreError(.corrupt, "\(metaPath): version \(meta.version), known is 1, or no span of time")
        }
        self.meta = meta
        index = try BlockIndex("\(path)/\(BlockFormat.indexFile)", files.content(BlockFormat.indexFile))
        segments = try Self.segments(files)
        byteCount = files.byteCount()
        deleted = Mutex(try Tombstones.read(files))
    }

    convenience init(_ path: String, _ fileSystem: any FileSystem) throws {
        try self.init(FolderBlockFiles(path, fileSystem))
    }

    private static func segments(_ files: any BlockFiles) throws -> [FileContent] {
        let folder = BlockFormat.chunkFolder
        let names = try files.names(in: folder).filter { $0.utf8.count == 6 && Int($0) != nil }
        return try names.enumerated().map { number, name in
            let path = "\(files.location)/\(folder)/\(name)"
            let content = try files.content("\(folder)/\(name)")
            guard Int(name) == number + 1, content.bytes.count >= BlockFormat.chunkHeadBytes,
                content.bytes.bigEndian32(0) == BlockFormat.chunkMagic, content.bytes[4] == BlockFormat.chunkVersion
            else {
                throw SampleStoreError(.corrupt, "\(path) at byte 0: not chunk segment \(number + 1) of version 1")
            }
            return content
        }
    }

    var tombstones: Tombstones { deleted.withLock { $0 } }

    /// Durable when it returns; counts for reads from then on.
    func delete(_ tombstones: Tombstones) throws {
        try files.replace(BlockFormat.tombstoneFile, with: tombstones.encoded)
        deleted.withLock { $0 = tombstones }
    }

    func overlaps(_ range: ClosedRange<Int64>) -> Bool { meta.range.overlaps(range) }

    /// The chunk's encoding and data; both lie in the mapped file.
    func chunk(_ reference: UInt64) throws -> (encoding: UInt8, data: UnsafeRawBufferPointer) {
        let segment = Int(reference >> 32)
        let offset = Int(reference & 0xffff_ffff)
        func damage(_ reason: String) -> SampleStoreError {
            let name = BlockFormat.segmentName(segment + 1)
            return SampleStoreError(.corrupt, "\(path)/chunks/\(name) at byte \(offset): \(reason)")
        }
        guard segment < segments.count else { throw damage("the segment is missing") }
        let bytes = segments[segment].bytes
        var cursor = offset
        guard let length = Varint.read(bytes, at: &cursor).flatMap({ Int(exactly: $0) }), length < bytes.count,
            let checked = bytes.slice(cursor, length + 1), let checksum = bytes.bigEndian32(cursor + length + 1)
        else { throw damage("a chunk past the end") }
        guard CRC32C.matches(checksum, checked) else { throw damage("a chunk with a wrong checksum") }
        return (checked[0], UnsafeRawBufferPointer(rebasing: checked[1...]))
    }

    /// The series that match and have chunks in the range, in the order of their labels.
    func select(_ matchers: [Matcher], _ range: ClosedRange<Int64>, _ lease: BlockLease) throws -> [BlockSeries] {
        let isWhole = range.lowerBound <= meta.minTime && range.upperBound >= meta.maxTime - 1
        let deleted = tombstones.intervals
        var result: [BlockSeries] = []
        for reference in try index.series(matching: matchers) {
            let intervals = deleted.isEmpty ? nil : deleted[reference]
            if !isWhole || intervals != nil {
                let chunks = try index.chunks(of: reference, range.lowerBound, range.upperBound)
                let isLeft = chunks.contains { chunk in
                    !(intervals ?? []).contains { $0.lowerBound <= chunk.minTime && $0.upperBound >= chunk.maxTime }
                }
                guard isLeft else { continue }
            }
            result.append(
                BlockSeries(labels: try index.labels(of: reference), block: self, reference: reference, lease: lease))
        }
        return result
    }
}

/// A series of one block. Holds the block, so that it can be read after the block was replaced.
final class BlockSeries: SelectedSeries {
    let labels: Labels
    private let block: Block
    private let reference: UInt32
    private let lease: BlockLease

    init(labels: Labels, block: Block, reference: UInt32, lease: BlockLease) {
        self.labels = labels
        self.block = block
        self.reference = reference
        self.lease = lease
    }

    func read(from: Timestamp, through: Timestamp, into buffer: inout SampleBuffer) throws {
        // A block holds what its times say, whatever its chunks do.
        let from = max(from.milliseconds, block.meta.minTime)
        let through = min(through.milliseconds, block.meta.maxTime - 1)
        guard from <= through else { return }
        let start = buffer.count
        for chunk in try block.index.chunks(of: reference, from, through) {
            let (encoding, data) = try block.chunk(chunk.reference)
            guard EncodedChunk.append(data, encoding, from: from, through: through, to: &buffer) else {
                throw SampleStoreError(.corrupt, "\(block.path): a chunk of \(labels) does not decode")
            }
        }
        buffer.putInOrder(from: start)
        if let deleted = block.tombstones.intervals[reference] { buffer.remove(deleted, from: start) }
    }
}
