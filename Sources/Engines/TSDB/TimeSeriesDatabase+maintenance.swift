import Basics
import SignalModel
import Synchronization

/// What maintenance has done since the start.
package struct CompactionCounts: Sendable {
    package var headBlocks = 0
    package var mergedBlocks = 0
    package var deletedBlocks = 0
    package var failures = 0
}

extension TimeSeriesDatabase {
    /// Cuts blocks from the head, merges small blocks into larger ones and deletes what is past the retention. To be
    /// called every minute or so; blocks for as long as it takes.
    ///
    /// Throws `SampleStoreError`; the rest is then done by the next call.
    package func maintain() throws {
        try maintenance.withLock { _ in
            do {
                // Where the disk takes none, memory keeps them; the rest is done all the same.
                let moving = Result {
                    try head.moveChunks(toFilesIn: snapshotFolder, bytesMin: options.chunkFileBytesMin, fileSystem)
                }
                // One checkpoint for all that is cut.
                var end: Int64?
                while let next = try cutHeadBlock() { end = next }
                if let end {
                    try truncateLog(before: Timestamp(milliseconds: end))
                    try keepSnapshot()
                } else {
                    try keepSnapshotIfDue()
                }
                while try mergeBlocks() {}
                // What fails there must hold up nothing here; what is not shipped is not deleted.
                let shipping = Result { try keepArchive() }
                try deleteOldBlocks()
                try shipping.get()
                try moving.get()
            } catch {
                compactionCounts.withLock { $0.failures += 1 }
                if let error = error as? FileSystemError { throw SampleStoreError(.unavailable, "blocks: \(error)") }
                throw error
            }
        }
    }

    // MARK: Head to block

    /// Makes a block of the head's oldest two hours, once no sample of theirs can come any more. Returns where
    /// they end; nil when there is nothing to cut.
    private func cutHeadBlock() throws -> Int64? {
        let minTime = head.minTime.load(ordering: .acquiring)
        let maxTime = head.maxTime.load(ordering: .acquiring)
        guard minTime <= maxTime else { return nil }
        let start = BlockRange.index(of: minTime) * BlockRange.milliseconds
        let range = start..<start + BlockRange.milliseconds
        let margin = max(BlockRange.milliseconds / 2, options.sampleAgeMax.milliseconds)
        guard range.upperBound <= maxTime - margin else { return nil }
        head.close(before: range.upperBound)
        log.settle()
        var cuts = head.lateRanges(before: range.lowerBound).map { HeadBlock(head, $0, lateOnly: true) }
        cuts.append(HeadBlock(head, range))
        cuts.removeAll(where: \.isEmpty)
        var added: [Block] = []
        for cut in cuts {
            let ulid = newULID()
            try BlockDirectory.ensure(blockFolder, fileSystem)
            try cut.write(ulid, in: blockFolder, fileSystem)
            added.append(try Block("\(blockFolder)/\(ulid)", fileSystem))
        }
        let before = blocks.replace([], with: added)
        compactionCounts.withLock { $0.headBlocks += added.count }
        if !added.isEmpty { waitForReaders(upTo: before) }
        for cut in cuts { cut.dropLate() }
        head.truncate(before: range.upperBound)
        return range.upperBound
    }

    func newULID() -> ULID { ULID(at: clock.now(), randomness: randomness) }

    /// Queries that began before a change may still look in the old place.
    private func waitForReaders(upTo epoch: UInt64) {
        // Queries end by their time-out; whoever holds on for longer reads what is left.
        let patience = Duration.seconds(300)
        let start = clock.uptime()
        while blocks.hasReaders(upTo: epoch), clock.uptime() - start < patience { Pause.short() }
    }

    // MARK: Blocks to larger blocks

    private func mergeBlocks() throws -> Bool {
        let all = blocks.blocks
        let longest = min(options.retention.milliseconds / 10, 31 * 86_400_000)
        let plan = CompactionPlan.next(all.map(\.meta), ranges: CompactionPlan.ranges(longest: longest))
        guard !plan.isEmpty else { return false }
        let names = Set(plan.map(\.ulid))
        try rewrite(all.filter { names.contains($0.meta.ulid) }, raisesLevel: true)
        return true
    }

    /// Puts one block in the place of several, or of one that has deletions. Under the maintenance lock.
    func rewrite(_ chosen: [Block], raisesLevel: Bool) throws {
        let ulid = newULID()
        var added: [Block] = []
        do {
            try BlockDirectory.ensure(blockFolder, fileSystem)
            var merger = try BlockMerger(chosen, raisesLevel: raisesLevel)
            if try merger.write(ulid, in: blockFolder, fileSystem) {
                added = [try Block("\(blockFolder)/\(ulid)", fileSystem)]
            }
        } catch let error as SampleStoreError where error.code == .corrupt {
            try setAside(chosen)
            throw error
        }
        blocks.replace(chosen, with: added)
        // Mapped files stay readable for whoever still holds them.
        for block in chosen { try BlockDirectory.remove(block.path, fileSystem) }
        compactionCounts.withLock { $0.mergedBlocks += 1 }
    }

    /// Notes in the blocks' meta files that merging them failed, so that it is not tried for ever.
    private func setAside(_ chosen: [Block]) throws {
        for block in chosen {
            var meta = block.meta
            meta.compaction.failed = true
            try fileSystem.replace("\(block.path)/\(BlockFormat.metaFile)", with: meta.encoded())
            blocks.replace([block], with: [try Block(block.path, fileSystem)])
        }
    }

    // MARK: Retention

    private func deleteOldBlocks() throws {
        let all = blocks.blocks
        let newest = max(head.maxTime.load(ordering: .acquiring), all.map(\.meta.maxTime).max() ?? .min)
        let (edge, isBeforeAll) = newest.subtractingReportingOverflow(options.retention.milliseconds)
        var doomed = isBeforeAll ? [] : all.filter { $0.meta.maxTime <= edge }
        if let limit = options.retentionBytes {
            var bytes = logBytes() + all.reduce(0) { $0 + $1.byteCount } - doomed.reduce(0) { $0 + $1.byteCount }
            let doomedPaths = Set(doomed.map(\.path))
            for block in all where bytes > limit && !doomedPaths.contains(block.path) {
                doomed.append(block)
                bytes -= block.byteCount
            }
        }
        if let archive { doomed.removeAll { !archive.holds($0) } }
        guard !doomed.isEmpty else { return }
        blocks.replace(doomed, with: [])
        for block in doomed { try BlockDirectory.remove(block.path, fileSystem) }
        compactionCounts.withLock { $0.deletedBlocks += doomed.count }
    }
}
