internal import Foundation
internal import GRDB
package import Response
internal import WireFormats

/// The operations journal in SQLite: one row an input, as JSON with a format number, and one snapshot.
package struct SQLiteOperationsJournal: OperationsJournal {
    private let database: StateDatabase

    /// JSON, in `input` and in `state`. A row with a number that is not known was written by a newer Signalbox.
    private static let format = 1
    /// JSON in a zstd frame, in `state` alone.
    private static let compressedFormat = 2
    /// Rows of a kilobyte or two: some ten milliseconds.
    private static let forgottenAtOnce = 500

    package init(_ database: StateDatabase) { self.database = database }

    package func load() throws(ResponseError) -> JournalContent {
        do {
            return try database.read { db in
                let decoder = JSONDecoder()
                var snapshot: OperationsState?
                if let row = try Row.fetchOne(db, sql: "SELECT format, state FROM operations_snapshot") {
                    snapshot = try read(row["format"], row["state"], decoder)
                }
                let rows = try Row.fetchAll(
                    db,
                    sql: """
                        SELECT sequence, at_milliseconds, format, input FROM operations_journal
                        WHERE sequence > ? ORDER BY sequence
                        """,
                    arguments: [Int64(snapshot?.sequence ?? 0)])
                let entries = try rows.map { row in
                    let sequence: Int64 = row["sequence"]
                    return JournalEntry(
                        sequence: UInt64(sequence), atMilliseconds: row["at_milliseconds"],
                        input: try decode(
                            OperationsInput.self, row["format"], row["input"], decoder, "entry \(sequence)"))
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

    package func keep(_ state: OperationsState) throws(ResponseError) {
        do {
            let data = Data(try CompressedSnapshot.make(state))
            try database.write { db in
                try db.execute(
                    sql:
                        "INSERT OR REPLACE INTO operations_snapshot (only, sequence, format, state) VALUES (1, ?, ?, ?)",
                    arguments: [Int64(state.sequence), Self.compressedFormat, data])
            }
            try forget(through: Int64(state.sequence))
        } catch { throw ResponseError(.unavailable, "\(error)") }
    }

    /// Deletes what a snapshot holds, a little at a time: an alert that comes in meanwhile waits for one slice, not for
    /// all of a storm's entries. What a crash leaves behind is never read, and goes with the next snapshot.
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

    private func read(_ format: Int, _ data: Data, _ decoder: JSONDecoder) throws -> OperationsState {
        let what = "the snapshot"
        guard format == Self.compressedFormat else {
            return try decode(OperationsState.self, format, data, decoder, what)
        }
        let json: Data
        do { json = Data(try CompressedSnapshot.json(Array(data))) } catch {
            throw ResponseError(.unavailable, "\(what) of \(database.path) is damaged: \(error)")
        }
        return try decode(OperationsState.self, Self.format, json, decoder, what)
    }

    private func decode<Value: Decodable>(
        _ type: Value.Type, _ format: Int, _ data: Data, _ decoder: JSONDecoder, _ what: String
    ) throws -> Value {
        guard format == Self.format else {
            throw ResponseError(
                .unavailable, "\(what) of \(database.path) has format \(format), known is \(Self.format)")
        }
        do { return try decoder.decode(type, from: data) } catch {
            throw ResponseError(.unavailable, "\(what) of \(database.path) is damaged: \(error)")
        }
    }
}
