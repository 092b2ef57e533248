import Basics
import SignalModel
import Synchronization

extension TimeSeriesDatabase {
    /// Makes `snapshots/NAME` beside the blocks: hard links to each of them and, unless told otherwise, a block of
    /// what the head holds. Prometheus and promtool open it as a data directory. Returns NAME. Blocks.
    ///
    /// Throws `SampleStoreError`; nothing is left behind then.
    package func copy(skippingHead: Bool) throws -> String {
        try maintenance.withLock { _ in
            let second = Timestamp(milliseconds: clock.now().milliseconds / 1000 * 1000)
            let time = RFC3339.format(second).filter { $0 != "-" && $0 != ":" }
            let name = time + "-" + String(randomness.next(), radix: 16)
            let folder = BlockDirectory.parent(of: blockFolder) + "/snapshots"
            let path = "\(folder)/\(name)"
            do {
                if !fileSystem.exists(folder) {
                    try fileSystem.createDirectory(folder)
                    try fileSystem.syncDirectory(BlockDirectory.parent(of: folder))
                }
                try fileSystem.createDirectory(path)
                try fill(path, skippingHead: skippingHead)
                try fileSystem.syncDirectory(path)
                try fileSystem.syncDirectory(folder)
            } catch {
                // What cannot be removed now is somebody's to remove: it is of no harm.
                try? BlockDirectory.removeTree(path, fileSystem)
                guard let error = error as? FileSystemError else { throw error }
                throw SampleStoreError(.unavailable, "snapshot: \(error)")
            }
            return name
        }
    }

    private func fill(_ path: String, skippingHead: Bool) throws {
        for block in blocks.blocks {
            try BlockDirectory.link(block.path, to: "\(path)/\(block.meta.ulid)", fileSystem)
        }
        guard !skippingHead else { return }
        log.settle()
        let late = head.lateTimes(before: .max).values.joined()
        let first = min(head.minTime.load(ordering: .acquiring), late.min() ?? .max)
        let last = max(head.maxTime.load(ordering: .acquiring), late.max() ?? .min)
        guard first <= last else { return }
        let cut = HeadBlock(head, first..<last + 1)
        if !cut.isEmpty { try cut.write(newULID(), in: path, fileSystem) }
    }
}
