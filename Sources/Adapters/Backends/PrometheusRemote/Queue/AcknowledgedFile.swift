import Basics

/// The place up to which the backend has everything, as a file that positions are appended to; the last whole one
/// counts. Not synced at each: after a power cut an older one may count, and what follows it is sent again.
struct AcknowledgedFile {
    private let path: String
    private let fileSystem: any FileSystem
    private var file: any AppendableFile

    /// Reads the last position.
    static func open(
        in directory: String, _ fileSystem: any FileSystem
    ) throws(FileSystemError) -> (file: AcknowledgedFile, position: QueuePosition?) {
        let path = "\(directory)/\(QueueFormat.positionName)"
        var position: QueuePosition?
        if fileSystem.exists(path) {
            let bytes = try fileSystem.read(path, bytesMax: QueueFormat.positionsBytesMax * 2)
            position = bytes.withUnsafeBytes { last($0) }
            // Half a position would shift all that follow. Otherwise the file stays: the disk may be full.
            if bytes.count % QueueFormat.positionBytes != 0 {
                try fileSystem.replace(path, with: position.map(encoded) ?? [])
            }
        }
        return (AcknowledgedFile(path, fileSystem, try fileSystem.openForAppending(path)), position)
    }

    private init(_ path: String, _ fileSystem: any FileSystem, _ file: any AppendableFile) {
        self.path = path
        self.fileSystem = fileSystem
        self.file = file
    }

    /// Of positions one after another; a torn or damaged one is passed over.
    private static func last(_ bytes: UnsafeRawBufferPointer) -> QueuePosition? {
        var result: QueuePosition?
        for start in stride(from: 0, through: bytes.count - QueueFormat.positionBytes, by: QueueFormat.positionBytes)
        {
            let body = UnsafeRawBufferPointer(rebasing: bytes[start..<start + 16])
            guard CRC32C.checksum(body) == QueueFormat.number(UInt32.self, bytes, at: start + 16),
                let segment = Int(exactly: QueueFormat.number(UInt64.self, body, at: 0)),
                let offset = Int(exactly: QueueFormat.number(UInt64.self, body, at: 8))
            else { continue }
            result = QueuePosition(segment: segment, offset: offset)
        }
        return result
    }

    private static func encoded(_ position: QueuePosition) -> [UInt8] {
        var bytes: [UInt8] = []
        QueueFormat.append(UInt64(position.segment), to: &bytes)
        QueueFormat.append(UInt64(position.offset), to: &bytes)
        QueueFormat.append(CRC32C.checksum(bytes), to: &bytes)
        return bytes
    }

    mutating func append(_ position: QueuePosition) throws(FileSystemError) {
        let bytes = Self.encoded(position)
        let before = file.count
        if before + bytes.count > QueueFormat.positionsBytesMax {
            try fileSystem.replace(path, with: bytes)
            file.close()
            file = try fileSystem.openForAppending(path)
            return
        }
        do { try file.append(bytes) } catch {
            try file.truncate(to: before)
            throw error
        }
    }

    func close() { file.close() }
}
