import Basics
import SignalModel
import TestKit
import Testing

@testable import Logs

@Suite("Parts of earlier versions")
struct EarlierVersionsTests {
    /// The store of `Fixtures/log-store/NAME`, on a disk in memory.
    private static func opened(_ name: String) throws -> (LogStore, MemoryFileSystem) {
        let disk = try MemoryFileSystem(fixture: "log-store/\(name)", in: "logs")
        var settings = LogStoreSettings()
        settings.mergeCount = 2
        return (try LogStore(directory: "logs", fileSystem: disk, settings: settings), disk)
    }

    private static func expectAnswers(_ store: LogStore) throws {
        let snapshot = store.snapshot()
        func count(_ filter: LogFilter) throws -> Int { try snapshot.count(LogQuery(filter: filter)) }
        func any(_ text: String) -> LogFilter { .test(.any, .match(.string(text), .phrase(slop: 0))) }
        #expect(try count(.all) == 600)
        #expect(try count(any("circuit breaker opened")) == 7)
        #expect(try count(any("u-35")) == 1)
        #expect(try count(any("nowhere9x")) == 0)
        #expect(try count(.test(.named("log.level"), .match(.string("warn"), .anyWord))) == 200)
        #expect(try count(.test(.named("http.response.status_code"), .anyOf([.integer(203)]))) == 120)
        #expect(try count(.test(.named("message"), .prefix("circ", ignoresCase: false))) == 7)
        #expect(
            try count(.test(.named("load"), .range(lower: nil, upper: .init(.double(1.5), isInclusive: true)))) == 13)
        #expect(try count(.test(.named("tags"), .match(.string("a2"), .anyWord))) == 50)
        #expect(try count(.test(.named("error.stack_trace"), .match(.string("Main.run"), .phrase(slop: 0)))) == 6)
        let replaced = try #require(try store.record(index: "logs-a", identity: "id-590"))
        #expect(replaced["message"] == "replaced")
        let row = try #require(try store.record(index: "logs-a", identity: "id-100"))
        #expect(row["event.duration"] == .integer(791_900_100))
        #expect(row["trace.id"] == .string("f5abf2108f64a040"))
        let facet = try snapshot.topValues(LogQuery(), of: "message", limit: 1)
        #expect(facet.valueCount == 600)
    }

    @Test(
        "what an earlier version wrote is found, is merged into parts of this one, and is found then",
        arguments: ["v1", "v2"])
    func reading(version: String) throws {
        let (store, disk) = try Self.opened(version)
        #expect(store.statistics.setAside.isEmpty)
        #expect(store.durableOrdinal == 601)
        try Self.expectAnswers(store)
        while try store.maintain(now: Timestamp(milliseconds: 1_795_700_000_000)) {}
        #expect(store.statistics.mergeCount > 0)
        try Self.expectAnswers(store)
        try Self.expectAnswers(try LogStore(directory: "logs", fileSystem: disk))
    }
}
