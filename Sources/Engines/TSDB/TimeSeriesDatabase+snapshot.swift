import Basics
import SignalModel
import Synchronization

/// Sizes at the latest snapshot.
struct SnapshotMark: Sendable {
    /// Written to the log since the start.
    var logBytes = 0
    var snapshotBytes = 0
}

extension TimeSeriesDatabase {
    /// Less than this in the log is replayed in a fraction of a second.
    private static let logBytesMin = 24 << 20

    /// Keeps a snapshot of the head, so that the next start is quick. For a graceful stop; `maintain` keeps one from
    /// time to time. Throws `SampleStoreError`; nothing is lost then.
    package func keepSnapshot() throws {
        try truncation.withLock { _ in
            let written = log.statistics.writtenBytes
            guard let last = log.cutSegment(), last >= 0 else { return }
            do {
                let size = try HeadSnapshot.write(head, through: last, in: snapshotFolder, fileSystem)
                snapshotMark.withLock { $0 = SnapshotMark(logBytes: written, snapshotBytes: size) }
            } catch let error as FileSystemError {
                throw SampleStoreError(.unavailable, "snapshot: \(error)")
            }
        }
    }

    /// Keeps one when the log has grown by half of what a snapshot costs.
    func keepSnapshotIfDue() throws {
        let mark = snapshotMark.withLock { $0 }
        let grown = log.statistics.writtenBytes - mark.logBytes
        if grown > max(Self.logBytesMin, mark.snapshotBytes / 2) { try keepSnapshot() }
    }
}
