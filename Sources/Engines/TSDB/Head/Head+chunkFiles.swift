import Basics

/// Finished chunks wait for their block in files, so that memory holds no more than the newest minutes. The files are
/// nobody else's: they are mapped and then removed, which leaves the process their bytes and a crash nothing to clear
/// up. What they hold stands in the log, too.
extension Head {
    /// Chunks of one file are gathered up to this size.
    private static let chunkFileBytesTarget = 16 << 20

    /// A chunk on its way into a file.
    private struct Move {
        var shard: Int
        var slot: UInt32
        var ref: UInt64
        var chunk: EncodedChunk
        /// Where in the file it lies.
        var offset = 0
    }

    /// Moves finished chunks from the heap into files, unless they are less than `bytesMin` together. Of what a full
    /// disk refuses nothing is moved. One call at a time.
    func moveChunks(toFilesIn folder: String, bytesMin: Int, _ fileSystem: any FileSystem) throws {
        var moves: [Move] = []
        var byteCount = 0
        func flush() throws {
            let file = try Self.write(&moves, in: folder, fileSystem)
            replace(moves, by: file)
            moves.removeAll(keepingCapacity: true)
            byteCount = 0
        }
        for shard in shards {
            var slot: UInt32 = 0
            var isDone = false
            while !isDone {
                // Appends get their turn after each thousand series.
                shard.lock.lock()
                let end = min(shard.slab.slotCount, slot + 1024)
                while slot < end {
                    if let record = shard.slab.record(at: slot) {
                        byteCount += Self.gather(record, shard.number, slot, &moves)
                    }
                    slot += 1
                }
                isDone = slot >= shard.slab.slotCount
                shard.lock.unlock()
                if byteCount >= Self.chunkFileBytesTarget { try flush() }
            }
        }
        if byteCount >= bytesMin, byteCount > 0 { try flush() }
    }

    /// Returns how many bytes were added to `moves`.
    private static func gather(
        _ record: UnsafeMutablePointer<SeriesRecord>, _ shard: Int, _ slot: UInt32, _ moves: inout [Move]
    ) -> Int {
        var byteCount = 0
        for chunk in record.pointee.finished where chunk.isOnHeap {
            moves.append(Move(shard: shard, slot: slot, ref: record.pointee.ref, chunk: chunk))
            byteCount += chunk.withBytes(\.count)
        }
        return byteCount
    }

    private static func write(_ moves: inout [Move], in folder: String, _ fileSystem: any FileSystem) throws
        -> FileContent
    {
        try BlockDirectory.ensure(folder, fileSystem)
        let path = folder + "/chunks.tmp"
        // Of a crash between writing and removing.
        if fileSystem.exists(path) { try fileSystem.remove(path) }
        do {
            var file = try BlockFileWriter(path, fileSystem)
            do {
                var bytes: [UInt8] = []
                for index in moves.indices {
                    moves[index].offset = file.position
                    bytes.removeAll(keepingCapacity: true)
                    moves[index].chunk.appendBytes(to: &bytes)
                    try file.append(bytes)
                }
                try file.finish(isDurable: false)
            } catch {
                file.abandon()
                throw error
            }
            let content = try fileSystem.map(path)
            try fileSystem.remove(path)
            return content
        } catch {
            // What cannot be removed now is removed by the next call.
            try? fileSystem.remove(path)
            throw error
        }
    }

    /// Chunks that were deleted or changed since they were gathered stay as they are now.
    private func replace(_ moves: [Move], by file: FileContent) {
        var index = 0
        while index < moves.count {
            let shard = shards[moves[index].shard]
            let end = min(moves.count, index + 1024)
            shard.lock.lock()
            while index < end, moves[index].shard == shard.number {
                let move = moves[index]
                index += 1
                guard let record = shard.slab.record(at: move.slot), record.pointee.ref == move.ref,
                    let place = record.pointee.finished.lastIndex(where: { $0.isSameOnHeap(move.chunk) }),
                    let moved = EncodedChunk(
                        minTime: move.chunk.minTime, span: move.chunk.span, encoding: move.chunk.encoding, in: file,
                        at: move.offset)
                else { continue }
                record.pointee.finished[place] = moved
            }
            shard.lock.unlock()
        }
    }
}
