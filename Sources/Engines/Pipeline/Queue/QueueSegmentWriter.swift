import Basics

/// The segment being written. Either a group of records is in it and on stable storage, or it is as it was.
///
/// Used by the queue's thread alone.
final class QueueSegmentWriter: @unchecked Sendable {  // Handed to the queue's thread once, at its start.
    private let fileSystem: any FileSystem
    private let directory: String
    private let segmentBytes: Int
    /// Of the segment being written, or to be opened next.
    private(set) var number: Int
    private var file: (any AppendableFile)?
    /// Bytes known to be good; the file is longer while a failed write could not be cut off.
    private(set) var goodCount = 0
    private var isTailBroken = false
    private var buffer: [UInt8] = []

    init(fileSystem: any FileSystem, directory: String, nextNumber: Int, segmentBytes: Int) {
        self.fileSystem = fileSystem
        self.directory = directory
        self.segmentBytes = segmentBytes
        number = nextNumber
    }

    /// Writes and syncs the records, whose ordinals follow one another from `firstOrdinal`.
    func append(_ records: [(batch: DocumentBatch, receivedAt: Int64)], firstOrdinal: UInt64) throws(FileSystemError)
    {
        try cutBrokenTail()
        if goodCount >= segmentBytes { startAnother() }
        let file = try openFile()
        buffer.removeAll(keepingCapacity: buffer.capacity <= 16 << 20)
        if goodCount == 0 { buffer.append(contentsOf: QueueFormat.header(firstOrdinal: firstOrdinal)) }
        var ordinal = firstOrdinal
        for record in records {
            QueueFormat.append(
                record: record.batch, firstOrdinal: ordinal, receivedAt: record.receivedAt, to: &buffer)
            ordinal += UInt64(record.batch.count)
        }
        do throws(FileSystemError) { try file.append(buffer) } catch {
            isTailBroken = true
            // A second failure is met again, and reported, before the next write.
            try? cutBrokenTail()
            throw error
        }
        do throws(FileSystemError) { try file.sync() } catch {
            isTailBroken = true
            try? cutBrokenTail()
            // After a failed sync the kernel may take the lost pages for clean: nothing goes behind them.
            if !isTailBroken { startAnother() }
            throw error
        }
        goodCount += buffer.count
    }

    func close() { file?.close() }

    private func startAnother() {
        file?.close()
        file = nil
        goodCount = 0
        number += 1
    }

    private func openFile() throws(FileSystemError) -> any AppendableFile {
        if let file { return file }
        let opened = try fileSystem.openForAppending("\(directory)/\(QueueFormat.segmentName(number))")
        // Without the directory entry on stable storage a synced segment could be gone after a crash.
        do throws(FileSystemError) { try fileSystem.syncDirectory(directory) } catch {
            opened.close()
            throw error
        }
        file = opened
        goodCount = opened.count
        return opened
    }

    private func cutBrokenTail() throws(FileSystemError) {
        guard isTailBroken, let file else { return }
        try file.truncate(to: goodCount)
        isTailBroken = false
    }
}
