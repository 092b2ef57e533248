import SignalModel
import Synchronization

/// What the archive holds, and what it lacks.
package struct ArchiveStatistics: Sendable, Hashable {
    package var blocks = 0
    package var bytes = 0
    /// Blocks on the disk that are not in the archive yet.
    package var unshippedBlocks = 0
}

extension TimeSeriesDatabase {
    /// Nil without an archive.
    package var archiveStatistics: ArchiveStatistics? {
        guard let archive else { return nil }
        let held = archive.blocks
        return ArchiveStatistics(
            blocks: held.count, bytes: held.reduce(0) { $0 + $1.byteCount },
            unshippedBlocks: blocks.blocks.filter { !archive.holds($0) }.count)
    }

    /// Ships what the archive lacks, oldest first, then removes from it what is no longer wanted. Under the
    /// maintenance lock.
    func keepArchive() throws {
        guard let archive else { return }
        for block in blocks.blocks where block.meta.compaction.failed != true { try archive.ship(block) }
        let newest = max(
            head.maxTime.load(ordering: .acquiring), blocks.blocks.map(\.meta.maxTime).max() ?? .min)
        if newest > .min { try archive.prune(newest: newest) }
    }

    /// The blocks to read for the range: on the disk, and older ones of the archive.
    func blocks(_ lease: BlockLease, _ range: ClosedRange<Int64>) throws -> [Block] {
        let local = lease.blocks
        let overlapping = local.filter { $0.overlaps(range) }
        guard let archive else { return overlapping }
        return try archive.blocks(range, besides: local) + overlapping
    }
}
