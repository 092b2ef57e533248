import Alerting
import Basics
import Foundation
import GRDB
import Response
import SignalModel
import TestKit
import Testing

@testable import StateStore

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

    @Test("a snapshot of an older build is read, one frame or plain JSON, and the next one takes its place whole")
    func olderSnapshot() throws {
        let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let fixture = root.appending(path: "Fixtures/operations-journal/format-2.sqlite").path
        try FileManager.default.copyItem(atPath: fixture, toPath: directory.database)
        var queue = try DatabaseQueue(path: directory.database)
        let frame = try queue.read { try Data.fetchOne($0, sql: "SELECT state FROM operations_snapshot") }
        try queue.close()
        let json = try CompressedSnapshot.content(of: Array(try #require(frame)))
        let expected = try JSONDecoder().decode(OperationsState.self, from: Data(json))
        do {
            let database = try StateDatabase(path: directory.database)
            let content = try SQLiteOperationsJournal(database).load()
            #expect(content.snapshot == expected && content.entries.count == 5)
            let statuses = expected.open.values.map { "\($0.severity.rawValue) \($0.status.rawValue)" }
            #expect(
                statuses.sorted() == [
                    "P0 open", "P1 acknowledged", "P1 open", "P2 silenced", "P2 snoozed", "P3 open",
                ])
            #expect((expected.alerts.firing.count, expected.alerts.silent.count) == (7, 1))
            #expect(expected.closed.count == 1 && expected.outbox.count > 3 && expected.routing.underWay.count > 1)
            try database.close()
        }
        queue = try DatabaseQueue(path: directory.database)
        try queue.write {
            try $0.execute(sql: "UPDATE operations_snapshot SET format = 1, state = ?", arguments: [Data(json)])
        }
        try queue.close()
        let journal = SQLiteOperationsJournal(try StateDatabase(path: directory.database))
        let restored = try journal.load().restored()
        #expect(restored.sequence == 2000 && restored.open.count == expected.open.count)
        try journal.keep(restored)
        let again = try journal.load()
        #expect(again.snapshot == restored && again.entries.isEmpty)
        #expect(try again.restored() == restored)
    }

    @Test("a state of many parts comes back the same, what pages hold is held once, and old parts go")
    func manyParts() throws {
        var history = OperationsHistory(.fixture)
        history.isHolding = true
        for number in 0..<40 {
            history.fire(
                ["alertname": "Down", "severity": "P1", "service": "s\(number % 7)", "instance": "\(number)"],
                annotations: ["description": String(repeating: "é\(number)\n", count: 12_000)])
        }
        // One differs from what the book says of it now, one is held although it has gone silent.
        history.fire(
            ["alertname": "Down", "severity": "P1", "service": "s0", "instance": "0"],
            annotations: ["description": "another"])
        history.fire(["alertname": "Short", "severity": "P2"], lasting: 1000)
        history.advance(minutes: 30)
        #expect(history.state.alerts.silent.count == 1)
        let database = try StateDatabase(path: directory.database)
        let journal = SQLiteOperationsJournal(database)
        try journal.append(history.journal)
        try journal.keep(history.state)
        #expect(try journal.load().restored() == history.state)
        history.advance(minutes: 1)
        try journal.append(Array(history.journal.dropFirst(Int(try journal.load().restored().sequence))))
        try journal.keep(history.state)
        #expect(try journal.load().restored() == history.state)
        try database.close()
        let queue = try DatabaseQueue(path: directory.database)
        let (snapshots, parts, kinds) = try queue.read { db in
            (
                try Int.fetchAll(db, sql: "SELECT DISTINCT snapshot FROM operations_snapshot_part"),
                try Int.fetchOne(db, sql: "SELECT count(*) FROM operations_snapshot_part") ?? 0,
                try String.fetchAll(db, sql: "SELECT DISTINCT kind FROM operations_snapshot_part")
            )
        }
        #expect(snapshots == [2] && parts > 4)
        #expect(Set(kinds).isSuperset(of: ["rest", "alerts", "silentAlerts", "pages", "heldAlerts", "messages"]))
    }

    @Test("whichever write of a snapshot is the last, the old or the new one is whole and the journal goes on")
    func interruptedSnapshot() throws {
        var history = history()
        let database = try StateDatabase(path: directory.database)
        let journal = SQLiteOperationsJournal(database)
        try journal.append(history.journal)
        try journal.keep(history.state)
        // What each of these forbids is the first write that does not happen any more.
        let writes = [
            "BEFORE INSERT ON operations_snapshot_part WHEN NEW.part = 0",
            "BEFORE INSERT ON operations_snapshot_part WHEN NEW.part = 1",
            "BEFORE INSERT ON operations_snapshot_part WHEN NEW.part = 3",
            "BEFORE INSERT ON operations_snapshot", "BEFORE DELETE ON operations_journal",
            "BEFORE DELETE ON operations_snapshot_part WHEN OLD.snapshot < 2 * (SELECT max(snapshot) FROM operations_snapshot_part)",
        ]
        for (round, write) in writes.enumerated() {
            history.fire(["alertname": "Down", "severity": "P2", "service": "s\(round)"])
            let known = try journal.load().restored().sequence
            try journal.append(Array(history.journal.dropFirst(Int(known))))
            try database.pool.write {
                try $0.execute(
                    sql: "CREATE TRIGGER power \(write) BEGIN SELECT RAISE(ABORT, 'the power is gone'); END")
            }
            let error = #expect(throws: ResponseError.self, "\(write)") { try journal.keep(history.state) }
            #expect(error?.message.contains("the power is gone") == true, "\(write)")
            try database.pool.write { try $0.execute(sql: "DROP TRIGGER power") }
            #expect(try journal.load().restored() == history.state, "\(write)")
        }
        try journal.keep(history.state)
        let content = try journal.load()
        #expect(content.snapshot == history.state && content.entries.isEmpty)
        let snapshots = try database.pool.read {
            try Int.fetchAll($0, sql: "SELECT DISTINCT snapshot FROM operations_snapshot_part")
        }
        #expect(snapshots.count == 1)
    }

    @Test(
        "a snapshot that cannot be read stops the start, and is named",
        arguments: [
            (
                "UPDATE operations_snapshot_part SET records = substr(records, 1, length(records) - 5) WHERE part = 1",
                "part 1: the zstd frame is cut off"
            ),
            ("UPDATE operations_snapshot_part SET records = X'00' WHERE part = 2", "part 2: zstd"),
            ("UPDATE operations_snapshot_part SET records = X'' WHERE part = 0", "part 0: the zstd frame is cut off"),
            (
                "UPDATE operations_snapshot_part SET records = (SELECT records FROM operations_snapshot_part WHERE kind = 'pages') WHERE kind = 'alerts'",
                "there is no"
            ),
            ("UPDATE operations_snapshot_part SET kind = 'dreams' WHERE part = 1", "part 1 is of the kind dreams"),
            ("DELETE FROM operations_snapshot_part WHERE part = 1", "part 1 is missing"),
            ("DELETE FROM operations_snapshot_part WHERE kind = 'messages'", "records are there, of"),
            ("DELETE FROM operations_snapshot_part", "0 parts with 0 records are there"),
            ("UPDATE operations_snapshot SET format = 9", "format 9"),
            ("UPDATE operations_snapshot SET format = 2", "zstd"),
            ("UPDATE operations_snapshot SET format = 1", "damaged"),
            ("UPDATE operations_snapshot SET state = X'7B'", "damaged"),
        ])
    func damagedSnapshot(statement: String, says: String) throws {
        var history = OperationsHistory(.fixture)
        history.isHolding = true
        history.fire(["alertname": "Waiting", "severity": "P0"])
        let database = try StateDatabase(path: directory.database)
        try SQLiteOperationsJournal(database).keep(history.state)
        try database.close()
        let queue = try DatabaseQueue(path: directory.database)
        try queue.write { try $0.execute(sql: statement) }
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
