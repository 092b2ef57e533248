import Basics

/// The segment being written. Either a group of records is in it and on stable storage, or it is as it was.
///
/// Used by the log's thread alone.
final class SegmentWriter: @unchecked Sendable {  // Handed to the log's thread once, at its start.
    private let fileSystem: any FileSystem
    private let directory: String
    private let segmentBytes: Int
    /// Of the segment being written, or to be opened next.
    private var number: Int
    private var file: (any AppendableFile)?
    /// Bytes known to be good; the file is longer while a failed write could not be cut off.
    private var goodCount = 0
    private var isTailBroken = false
    private var pages = LogPages(offset: 0)

    init(fileSystem: any FileSystem, directory: String, nextSegment: Int, segmentBytes: Int) {
        self.fileSystem = fileSystem
        self.directory = directory
        self.segmentBytes = segmentBytes
        number = nextSegment
    }

    /// Writes and syncs. Returns the number of bytes written.
    func append(_ records: [LogRecord.Encoded]) throws(FileSystemError) -> Int {
        try cutBrokenTail()
        let needed = LogFormat.bytesNeeded(records.reduce(0) { $0 + $1.bytes.count }, records: records.count)
        if goodCount > 0, goodCount + needed > segmentBytes { _ = cut() }
        let file = try openFile()
        pages.removeAll(nextOffset: goodCount)
        for record in records { pages.append(record) }
        let written = pages.bytes.count
        let outcome = pages.bytes.withUnsafeBytes { bytes in
            Result { () throws(FileSystemError) in try file.append(bytes) }
        }
        do throws(FileSystemError) { try outcome.get() } catch {
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
        goodCount += written
        return written
    }

    /// Ends the segment; the next write starts another. Returns the number of the last one that is complete.
    func cut() -> Int {
        if goodCount > 0 { startAnother() }
        return number - 1
    }

    private func startAnother() {
        file?.close()
        file = nil
        goodCount = 0
        number += 1
    }

    func close() { file?.close() }

    private func openFile() throws(FileSystemError) -> any AppendableFile {
        if let file { return file }
        let opened = try fileSystem.openForAppending("\(directory)/\(LogFormat.segmentName(number))")
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
