import Foundation
import GRDB
import Response
import StateStore
import TestKit
import Testing

@Suite("The operations journal in SQLite")
struct OperationsJournalTests {
    private let directory = TemporaryDirectory()

    private func history() -> OperationsHistory {
        var history = OperationsHistory(PagingConfiguration())
        for severity in ["P0", "P1", "P3"] {
            history.fire(["alertname": "Down", "severity": severity, "service": "é\"\\\n"])
            history.advance(minutes: 7)
        }
        if let id = history.state.open.keys.sorted().first {
            history.feed(.acknowledged(page: id, by: "ada", note: "on it"))
            history.feed(.noted(page: id, by: "ada", text: "restarting"))
        }
        return history
    }

    @Test("what was appended brings back the same state, from a file opened anew")
    func roundTrip() throws {
        let history = history()
        do {
            let database = try StateDatabase(path: directory.database)
            for entry in history.journal { try SQLiteOperationsJournal(database).append([entry]) }
            try database.close()
        }
        let content = try SQLiteOperationsJournal(StateDatabase(path: directory.database)).load()
        #expect(content.entries == history.journal)
        #expect(try content.restored() == history.state)
    }

    @Test("a snapshot takes the place of the entries before it, wherever it falls", arguments: [1, 2, 4, 6])
    func snapshot(at cut: Int) throws {
        let history = history()
        let journal = SQLiteOperationsJournal(try StateDatabase(path: directory.database))
        let before = Array(history.journal.prefix(cut))
        try journal.append(before)
        try journal.keep(JournalContent(snapshot: nil, entries: before).restored())
        try journal.append(Array(history.journal.dropFirst(cut)))
        let content = try journal.load()
        #expect(content.entries.count == history.journal.count - cut)
        #expect(try content.restored() == history.state)
    }

    @Test("nothing of what a snapshot holds stays behind, however much it is")
    func forgetting() throws {
        var history = history()
        for number in 0..<1700 { history.feed(.noted(page: "none", by: "ada", text: "\(number)")) }
        let database = try StateDatabase(path: directory.database)
        let journal = SQLiteOperationsJournal(database)
        try journal.append(history.journal)
        try journal.keep(JournalContent(snapshot: nil, entries: Array(history.journal.dropLast(3))).restored())
        #expect(try journal.load().restored() == history.state)
        try database.close()
        let queue = try DatabaseQueue(path: directory.database)
        #expect(try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM operations_journal") } == 3)
    }

    @Test("a snapshot of an older build, JSON as it is, is read")
    func olderSnapshot() throws {
        let state = history().state
        let database = try StateDatabase(path: directory.database)
        try SQLiteOperationsJournal(database).keep(state)
        try database.close()
        let queue = try DatabaseQueue(path: directory.database)
        try queue.write {
            try $0.execute(
                sql: "UPDATE operations_snapshot SET format = 1, state = ?", arguments: [JSONEncoder().encode(state)])
        }
        try queue.close()
        #expect(try SQLiteOperationsJournal(StateDatabase(path: directory.database)).load().restored() == state)
    }

    @Test(
        "a snapshot that cannot be read stops the start",
        arguments: [
            ("state = substr(state, 1, length(state) - 5)", "cut off"),
            ("state = X'00'", "zstd"), ("state = X''", "cut off"), ("format = 9", "format 9"),
            ("format = 1", "damaged"),
        ])
    func damagedSnapshot(change: String, says: String) throws {
        let database = try StateDatabase(path: directory.database)
        try SQLiteOperationsJournal(database).keep(history().state)
        try database.close()
        let queue = try DatabaseQueue(path: directory.database)
        try queue.write { try $0.execute(sql: "UPDATE operations_snapshot SET " + change) }
        try queue.close()
        let journal = SQLiteOperationsJournal(try StateDatabase(path: directory.database))
        let error = #expect(throws: ResponseError.self) { _ = try journal.load() }
        #expect(error?.message.contains(says) == true, "\(error?.message ?? "")")
    }

    @Test("entries that follow no other are not stored, and those beside them neither")
    func allOrNothing() throws {
        let journal = SQLiteOperationsJournal(try StateDatabase(path: directory.database))
        let entries = history().journal
        try journal.append([entries[0]])
        #expect(throws: ResponseError.self) { try journal.append([entries[1], entries[0]]) }
        #expect(try journal.load().entries == [entries[0]])
    }

    @Test(
        "a row that cannot be read stops the start and is named",
        arguments: [
            ("UPDATE operations_journal SET input = X'7B' WHERE sequence = 2", "entry 2"),
            ("UPDATE operations_journal SET format = 9 WHERE sequence = 2", "format 9"),
            ("DELETE FROM operations_journal WHERE sequence = 2", "gap after entry 1"),
        ])
    func damaged(statement: String, says: String) throws {
        do {
            let database = try StateDatabase(path: directory.database)
            try SQLiteOperationsJournal(database).append(history().journal)
            try database.close()
        }
        let queue = try DatabaseQueue(path: directory.database)
        try queue.write { try $0.execute(sql: statement) }
        try queue.close()
        let journal = SQLiteOperationsJournal(try StateDatabase(path: directory.database))
        let error = #expect(throws: ResponseError.self) { _ = try journal.load().restored() }
        #expect(error?.message.contains(says) == true, "\(error?.message ?? "")")
    }
}
