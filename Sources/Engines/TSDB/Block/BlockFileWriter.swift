import Basics

/// Appends to one file of a block through a buffer, and knows where it is.
struct BlockFileWriter {
    private let file: any AppendableFile
    private var buffer: [UInt8] = []
    private var writtenCount = 0

    private static let bufferBytes = 1 << 20

    init(_ path: String, _ fileSystem: any FileSystem) throws(FileSystemError) {
        file = try fileSystem.openForAppending(path)
        buffer.reserveCapacity(Self.bufferBytes)
    }

    /// Bytes in the file once all is written.
    var position: Int { writtenCount + buffer.count }

    mutating func append(_ bytes: [UInt8]) throws(FileSystemError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(FileSystemError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    /// Zeros up to a multiple of `alignment`.
    mutating func pad(to alignment: Int) {
        while position % alignment != 0 { buffer.append(0) }
    }

    private mutating func flush() throws(FileSystemError) {
        try file.append(buffer)
        writtenCount += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    /// Everything is on stable storage when it returns, unless that is of no use.
    mutating func finish(isDurable: Bool = true) throws(FileSystemError) {
        defer { file.close() }
        try flush()
        if isDurable { try file.sync() }
    }

    /// For a block that is given up.
    func abandon() { file.close() }
}
