import Basics

/// Writes a block's chunks, segment by segment.
struct ChunkFileWriter {
    private let folder: String
    private let fileSystem: any FileSystem
    private let segmentBytesMax: Int
    private var file: BlockFileWriter?
    /// Segments begun.
    private var segmentCount = 0

    init(_ folder: String, _ fileSystem: any FileSystem, segmentBytesMax: Int = BlockFormat.chunkSegmentBytesMax)
        throws
    {
        self.folder = folder
        self.fileSystem = fileSystem
        self.segmentBytesMax = segmentBytesMax
        try fileSystem.createDirectory(folder)
    }

    /// Returns where the chunk lies.
    mutating func append(_ data: UnsafeRawBufferPointer, encoding: UInt8) throws -> UInt64 {
        var frame: [UInt8] = []
        frame.reserveCapacity(data.count + 16)
        Varint.append(UInt64(data.count), to: &frame)
        let checked = frame.count
        frame.append(encoding)
        frame.append(contentsOf: data)
        let checksum = frame.withUnsafeBytes { CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[checked...])) }
        frame.appendBigEndian(checksum)
        if let position = file?.position, position + frame.count > segmentBytesMax { try finishSegment() }
        if file == nil { try beginSegment() }
        let offset = file?.position ?? 0
        try file?.append(frame)
        return UInt64(segmentCount - 1) << 32 | UInt64(offset)
    }

    private mutating func beginSegment() throws {
        segmentCount += 1
        var head: [UInt8] = []
        head.appendBigEndian(BlockFormat.chunkMagic)
        head += [BlockFormat.chunkVersion, 0, 0, 0]
        file = try BlockFileWriter("\(folder)/\(BlockFormat.segmentName(segmentCount))", fileSystem)
        try file?.append(head)
    }

    private mutating func finishSegment() throws {
        try file?.finish()
        file = nil
    }

    /// Everything is on stable storage when it returns.
    mutating func finish() throws {
        try finishSegment()
        try fileSystem.syncDirectory(folder)
    }

    func abandon() { file?.abandon() }
}
