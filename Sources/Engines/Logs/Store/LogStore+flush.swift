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
        do throws(FileSystemError) { try willCommit?() } catch { throw .disk(error) }
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
        var group: UInt64 = 0
    }

    /// One part a day.
    private func write(_ entries: [PendingRecords.Entry], _ disk: Disk) throws(LogStoreError) -> [WrittenPart] {
        var rows: [PendingRow] = []
        for (number, entry) in entries.enumerated() {
            let records = entry.batch.batch.records
            let groups = settings.grouping.map { entry.batch.batch.groups(by: $0) }
            for (row, place) in entry.batch.order.enumerated() where !(entry.dead?[row] ?? false) {
                let record = records[Int(place)]
                rows.append(
                    PendingRow(
                        time: record.timestampNanoseconds, sequence: record.sequence, entry: Int32(number),
                        row: Int32(row), group: groups?[Int(place)] ?? 0))
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
            let ordered = settings.grouping == nil ? rows[start..<end] : Self.grouped(rows[start..<end])
            do throws(LogStoreError) {
                written.append(try write(ordered, day, entries, readers, compressor, disk))
            } catch {
                remove(written.map(\.part.name), disk)
                throw error
            }
            start = end
        }
        return written
    }

    private static func grouped(_ rows: ArraySlice<PendingRow>) -> ArraySlice<PendingRow> {
        let keys = RowOrder.keys(rows.map { ($0.time, $0.sequence) }, rows.map(\.group))
        return zip(keys, rows).sorted { $0.0 < $1.0 }.map(\.1)[...]
    }

    private func write(
        _ rows: ArraySlice<PendingRow>, _ day: Int64, _ entries: [PendingRecords.Entry], _ readers: [BatchReader],
        _ compressor: Compressor, _ disk: Disk
    ) throws(LogStoreError) -> WrittenPart {
        try writePart(disk, day: day, compressor) { writer throws(LogStoreError) in
            var builder = BlockBuilder(rowsMax: settings.blockRowsMax)
            var known = readers.map(\.names)
            var origins: [WrittenPart.Origin] = []
            var own: [WrittenPart.RowOrigin] = []
            for (position, row) in zip(1..., rows) {
                let entry = Int(row.entry)
                let record = Int(entries[entry].batch.order[Int(row.row)])
                readers[entry].append(record, to: &builder, known: &known[entry])
                own.append(WrittenPart.RowOrigin(source: row.entry, block: 0, row: row.row))
                guard builder.isFull || position == rows.count else { continue }
                do throws(FileSystemError) { try writer.append(builder.finish()) } catch { throw .disk(error) }
                origins.append(.rows(own))
                own = []
                known = readers.map(\.names)
            }
            return origins
        }
    }
}
