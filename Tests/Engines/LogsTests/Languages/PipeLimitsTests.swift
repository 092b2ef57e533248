import SignalModel
import Testing
import WireFormats

@testable import Logs

@Suite("ES|QL: what grows without end")
struct PipeLimitsTests {
    private static let records = Result {
        try StoredRecords([
            #"{"@timestamp":"2026-11-26T10:00:05Z","status":503}"#,
            #"{"@timestamp":"2026-11-26T10:00:06Z","status":"503"}"#,
            #"{"@timestamp":"2026-11-26T10:00:07Z","status":503.0}"#,
            #"{"@timestamp":"2026-11-26T10:00:08Z","status":"0503"}"#,
            #"{"@timestamp":"2026-11-26T10:00:09Z","status":"true"}"#,
            #"{"@timestamp":"2026-11-26T10:00:10Z","status":true}"#,
        ])
    }

    private static func rows(_ source: String) throws -> [[PipeValue]] {
        let pipes = try PipeQuery(source, QueryClock.context)
        let query = LogQuery(indices: pipes.indices, filter: pipes.filter)
        return try records.get().snapshot.run(pipes, query).rows
    }

    private static func code(_ source: String) -> LogQueryError.Code? {
        do {
            _ = try rows(source)
            return nil
        } catch { return (error as? LogQueryError)?.code }
    }

    /// A text of 16 bytes, doubled.
    private static func doubled(_ times: Int, by step: String) -> String {
        "FROM * | LIMIT 1 | EVAL a = \"0123456789abcdef\""
            + String(repeating: " | EVAL a = \(step)", count: times)
    }

    @Test(
        "a text that a function puts together is null beyond a mebibyte",
        arguments: ["CONCAT(a, a)", "REPLACE(CONCAT(a, \"!\"), \"!\", a)"])
    func texts(step: String) throws {
        #expect(try Self.rows(Self.doubled(10, by: step) + " | EVAL n = LENGTH(a) | KEEP n") == [[.long(16_384)]])
        #expect(try Self.rows(Self.doubled(60, by: step) + " | KEEP a") == [[.null]])
    }

    @Test("one record's columns, and rows that wait for their order, are bounded together")
    func columns() {
        let wide = (0..<20).map { "c\($0) = CONCAT(a, \"\($0)\")" }.joined(separator: ", ")
        let texts = Self.doubled(16, by: "CONCAT(a, a)") + " | EVAL a = LEFT(a, 1000000)"
        #expect(Self.code("\(texts), \(wide)") == .overMemory)
    }

    @Test("arrays of several columns multiply up to a bound")
    func groups() {
        let list = (0..<100).map(String.init).joined(separator: ",")
        let arrays = ["a", "b", "c"].map { "\($0) = SPLIT(\"\(list)\", \",\")" }.joined(separator: ", ")
        #expect(Self.code("FROM * | LIMIT 1 | EVAL \(arrays) | STATS COUNT(*) BY a, b") == nil)
        #expect(Self.code("FROM * | LIMIT 1 | EVAL \(arrays) | STATS COUNT(*) BY a, b, c") == .overRows)
    }

    @Test("values that are equal are one group, whatever their types, and a column has one type")
    func types() throws {
        let found = try Self.rows("FROM * | SORT @timestamp | STATS n = COUNT(*) BY status | KEEP n, status")
        #expect(
            found == [[.long(3), .text("503")], [.long(1), .text("0503")], [.long(2), .text("true")]], "\(found)")
        #expect(try Self.rows("FROM * | STATS n = COUNT_DISTINCT(status)") == [[.long(3)]])
        // Called by the number where it is one somewhere.
        let numbers = "FROM * | WHERE status == 503 AND TO_STRING(status) != \"0503\""
        for order in ["ASC", "DESC"] {
            let rows = try Self.rows("\(numbers) | SORT @timestamp \(order) | STATS BY status")
            #expect(rows.count == 1 && rows[0].map(\.number) == [503], "\(rows)")
        }
        #expect(
            try Self.rows("FROM * | SORT @timestamp | STATS v = VALUES(status)") == [
                [.several(["503", "0503", "true"].map { .text($0) })]
            ])
    }

    @Test("a search of ten thousand values is as fast as one of a few")
    func values() throws {
        let list = (0..<10_000).map { "\"\($0)-\"" }.joined(separator: ", ")
        #expect(try Self.rows("FROM * | WHERE status IN (\(list), \"true\") | STATS COUNT(*)") == [[.long(2)]])
        #expect(try Self.rows("FROM * | WHERE TO_STRING(status) NOT IN (\(list)) | STATS COUNT(*)") == [[.long(6)]])
    }
}
