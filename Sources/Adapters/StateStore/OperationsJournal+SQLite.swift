internal import Foundation
internal import GRDB
package import Response
internal import WireFormats

/// The operations journal in SQLite: one row an input, as JSON with a format number, and one snapshot.
package struct SQLiteOperationsJournal: OperationsJournal {
    private let database: StateDatabase

    /// JSON, in `input` and, from builds long ago, in `state`. A row with a number that is not known was written by a
    /// newer Signalbox.
    private static let format = 1
    /// In `state`: JSON in a zstd frame, from older builds; the head of parts.
    private static let compressedFormat = 2
    private static let partsFormat = 3
    /// Rows of a kilobyte or two: some ten milliseconds.
    private static let forgottenAtOnce = 500
    /// Of parts of a snapshot: a megabyte or two.
    private static let partsForgottenAtOnce = 16

    package init(_ database: StateDatabase) { self.database = database }

    package func load() throws(ResponseError) -> JournalContent {
        do {
            return try database.read { db in
                var snapshot: OperationsState?
                if let row = try Row.fetchOne(db, sql: "SELECT format, state FROM operations_snapshot") {
                    snapshot = try read(db, row["format"], row["state"])
                }
                let rows = try Row.fetchCursor(
                    db,
                    sql: """
                        SELECT sequence, at_milliseconds, format, input FROM operations_journal
                        WHERE sequence > ? ORDER BY sequence
                        """,
                    arguments: [Int64(snapshot?.sequence ?? 0)])
                var entries: [JournalEntry] = []
                while let row = try rows.next() {
                    let sequence: Int64 = row["sequence"]
                    entries.append(
                        JournalEntry(
                            sequence: UInt64(sequence), atMilliseconds: row["at_milliseconds"],
                            input: try decode(
                                OperationsInput.self, row["format"], row["input"] as Data, "entry \(sequence)")))
                }
                return JournalContent(snapshot: snapshot, entries: entries)
            }
        } catch { throw ResponseError(.unavailable, "reading the operations journal: \(error)") }
    }

    package func append(_ entries: [JournalEntry]) throws(ResponseError) {
        do {
            let inputs = try entries.map { Data(try JSONStream.encode($0.input)) }
            try database.write { db in
                let insert = try db.cachedStatement(
                    sql:
                        "INSERT INTO operations_journal (sequence, at_milliseconds, format, input) VALUES (?, ?, ?, ?)"
                )
                for (entry, input) in zip(entries, inputs) {
                    try insert.execute(arguments: [
                        Int64(entry.sequence), entry.atMilliseconds, Self.format, input,
                    ])
                }
            }
        } catch { throw ResponseError(.unavailable, "\(error)") }
    }

    /// Many short writes, between which entries are appended: the parts of the snapshot, then its head, which makes it
    /// the one that counts, then what it takes the place of is deleted. Wherever this ends there is a whole snapshot,
    /// and what a crash leaves behind is never read and goes with the next one.
    package func keep(_ state: OperationsState) throws(ResponseError) {
        do {
            let old = try database.read { try Self.head($0)?.snapshot } ?? 0
            try forgetParts(except: old)
            var writer = SnapshotParts.Writer(snapshot: old + 1) { part, kind, records in
                try database.write { db in
                    try db.cachedStatement(
                        sql:
                            "INSERT INTO operations_snapshot_part (snapshot, part, kind, records) VALUES (?, ?, ?, ?)"
                    ).execute(arguments: [old + 1, part, kind.rawValue, Data(records)])
                }
            }
            try state.write(to: &writer)
            try writer.flush()
            let head = Data(try JSONStream.encode(writer.head))
            try database.write { db in
                try db.execute(
                    sql:
                        "INSERT OR REPLACE INTO operations_snapshot (only, sequence, format, state) VALUES (1, ?, ?, ?)",
                    arguments: [Int64(state.sequence), Self.partsFormat, head])
            }
            try forget(through: Int64(state.sequence))
            try forgetParts(except: old + 1)
        } catch { throw ResponseError(.unavailable, "\(error)") }
    }

    /// Deletes what a snapshot holds, a little at a time: an alert that comes in meanwhile waits for one slice, not for
    /// all of a storm's entries.
    private func forget(through last: Int64) throws {
        while true {
            let isDone = try database.write { db in
                try db.execute(
                    sql: """
                        DELETE FROM operations_journal WHERE sequence <= ?
                        AND sequence < (SELECT min(sequence) FROM operations_journal) + ?
                        """,
                    arguments: [last, Self.forgottenAtOnce])
                return db.changesCount < Self.forgottenAtOnce
            }
            if isDone { return }
        }
    }

    private func forgetParts(except snapshot: Int64) throws {
        while true {
            let isDone = try database.write { db in
                try db.execute(
                    sql: """
                        DELETE FROM operations_snapshot_part WHERE rowid IN
                        (SELECT rowid FROM operations_snapshot_part WHERE snapshot <> ? LIMIT ?)
                        """,
                    arguments: [snapshot, Self.partsForgottenAtOnce])
                return db.changesCount < Self.partsForgottenAtOnce
            }
            if isDone { return }
        }
    }

    // MARK: Reading

    private static func head(_ db: Database) throws -> SnapshotParts.Head? {
        let row = try Row.fetchOne(
            db, sql: "SELECT state FROM operations_snapshot WHERE format = ?", arguments: [partsFormat])
        return try row.map { try JSONStream.decode(SnapshotParts.Head.self, from: $0["state"] as Data) }
    }

    private func read(_ db: Database, _ format: Int, _ data: Data) throws -> OperationsState {
        let what = "the snapshot"
        switch format {
        case Self.partsFormat:
            let head = try decode(SnapshotParts.Head.self, Self.format, data, what)
            do { return try read(db, head) } catch { throw damage(what, error) }
        case Self.compressedFormat:
            let json: [UInt8]
            do { json = try CompressedSnapshot.content(of: Array(data)) } catch { throw damage(what, error) }
            return try decode(OperationsState.self, Self.format, json, what)
        default: return try decode(OperationsState.self, format, data, what)
        }
    }

    private func read(_ db: Database, _ head: SnapshotParts.Head) throws -> OperationsState {
        var state = OperationsState()
        var records = 0
        var parts = 0
        let rows = try Row.fetchCursor(
            db, sql: "SELECT part, kind, records FROM operations_snapshot_part WHERE snapshot = ? ORDER BY part",
            arguments: [head.snapshot])
        while let row = try rows.next() {
            let part: Int = row["part"]
            guard part == parts else { throw CompressedSnapshot.Damage("part \(parts) is missing") }
            let name: String = row["kind"]
            guard let kind = StateRecordKind(rawValue: name), (kind == .rest) == (part == 0) else {
                throw CompressedSnapshot.Damage("part \(part) is of the kind \(name)")
            }
            do {
                var reader = try SnapshotParts.Reader(Array(row["records"] as Data))
                try state.restore(kind, from: &reader)
                records += reader.count
            } catch { throw CompressedSnapshot.Damage("part \(part): \(error)") }
            parts += 1
        }
        guard parts == head.parts, records == head.records else {
            throw CompressedSnapshot.Damage(
                "\(parts) parts with \(records) records are there, of \(head.parts) with \(head.records)")
        }
        return state
    }

    private func decode<Value: Decodable>(
        _ type: Value.Type, _ format: Int, _ data: some Collection<UInt8>, _ what: String
    ) throws -> Value {
        guard format == Self.format else {
            throw ResponseError(
                .unavailable, "\(what) of \(database.path) has format \(format), known is \(Self.partsFormat)")
        }
        do { return try JSONStream.decode(type, from: data) } catch { throw damage(what, error) }
    }

    private func damage(_ what: String, _ error: any Error) -> ResponseError {
        ResponseError(.unavailable, "\(what) of \(database.path) is damaged: \(error)")
    }
}
