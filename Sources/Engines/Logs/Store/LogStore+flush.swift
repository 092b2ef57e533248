internal import Basics
internal import SignalModel
internal import Synchronization

extension LogStore {
    /// Puts everything that was appended before into parts on disk.
    package func flush() throws(LogStoreError) {
        guard let disk else { return }
        try flushing.withLock { _ throws(LogStoreError) in try flush(disk) }
    }

    private func flush(_ disk: Disk) throws(LogStoreError) {
        let (entries, ordinal, durable) = state.withLock {
            ($0.pending.entries, $0.pending.ordinal, $0.durableOrdinal)
        }
        guard !entries.isEmpty || ordinal > durable else { return }
        let written: [WrittenPart]
        do throws(LogStoreError) { written = try write(entries, disk) } catch { throw error }
        try commit(disk) { state in
            for part in written {
                let dead = part.dead { source, _ in state.pending.entries[source].dead }
                state.parts.append(StoreState.PartEntry(part: part.part, dead: dead))
            }
            state.pending.removeFirst(entries.count)
            state.durableOrdinal = max(state.durableOrdinal, ordinal)
        }
    }

    private struct PendingRow {
        var time: Int64
        var sequence: UInt64
        var entry: Int32
        var row: Int32
    }

    /// One part a day.
    private func write(_ entries: [PendingRecords.Entry], _ disk: Disk) throws(LogStoreError) -> [WrittenPart] {
        var rows: [PendingRow] = []
        for (number, entry) in entries.enumerated() {
            let records = entry.batch.batch.records
            for (row, place) in entry.batch.order.enumerated() where !(entry.dead?[row] ?? false) {
                let record = records[Int(place)]
                rows.append(
                    PendingRow(
                        time: record.timestampNanoseconds, sequence: record.sequence, entry: Int32(number),
                        row: Int32(row)))
            }
        }
        rows.sort { ($0.time, $0.sequence) < ($1.time, $1.sequence) }
        let readers = entries.map { BatchReader($0.batch.batch) }
        let compressor = Compressor()
        var written: [WrittenPart] = []
        var start = 0
        while start < rows.count {
            let day = LogPart.day(ofNanoseconds: rows[start].time)
            var end = start
            while end < rows.count, LogPart.day(ofNanoseconds: rows[end].time) == day { end += 1 }
            written.append(try write(rows[start..<end], day, entries, readers, compressor, disk))
            start = end
        }
        return written
    }

    private func write(
        _ rows: ArraySlice<PendingRow>, _ day: Int64, _ entries: [PendingRecords.Entry], _ readers: [BatchReader],
        _ compressor: Compressor, _ disk: Disk
    ) throws(LogStoreError) -> WrittenPart {
        do throws(FileSystemError) {
            let (name, number) = try newPart(disk, day: day)
            let writer = try PartWriter(disk.fileSystem, directory: disk.directory, name: name, compressor)
            defer { writer.close() }
            var builder = BlockBuilder()
            var known = readers.map(\.names)
            var origins: [WrittenPart.Origin] = []
            var own: [WrittenPart.RowOrigin] = []
            for (position, row) in zip(1..., rows) {
                let entry = Int(row.entry)
                let record = Int(entries[entry].batch.order[Int(row.row)])
                readers[entry].append(record, to: &builder, known: &known[entry])
                own.append(WrittenPart.RowOrigin(source: row.entry, block: 0, row: row.row))
                guard builder.isFull || position == rows.count else { continue }
                try writer.append(builder.finish())
                origins.append(.rows(own))
                own = []
                known = readers.map(\.names)
            }
            try writer.finish()
            try disk.fileSystem.syncDirectory(disk.directory + "/" + LogPart.folder(ofDay: day))
            return WrittenPart(part: try opened(disk, name, number, day), origins: origins)
        } catch { throw .disk(error) }
    }

    /// A part that was just written: damage there is the disk's.
    func opened(
        _ disk: Disk, _ name: String, _ number: UInt64, _ day: Int64
    ) throws(FileSystemError) -> LogPart {
        do throws(LogStoreError) {
            return try LogPart(disk.fileSystem, directory: disk.directory, name: name, number: number, day: day)
        } catch {
            if case .disk(let error) = error { throw error }
            throw FileSystemError(
                code: .other(errno: 5), operation: "read back", path: name, message: error.description)
        }
    }
}
