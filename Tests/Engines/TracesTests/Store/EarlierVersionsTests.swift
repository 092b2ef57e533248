import Basics
import Logs
import SignalModel
import TestKit
import Testing

@testable import Traces

@Suite("Stores of spans of earlier versions")
struct EarlierVersionsTests {
    private static func expectAnswers(_ store: TraceStore) throws {
        let reader = TraceReader(store)
        #expect(store.statistics.recordCount == 208 && store.durableOrdinal == 4)
        for trace in 1...40 as ClosedRange<UInt64> {
            let spans = try reader.spans(of: TraceID(high: 0xabcd, low: trace)).spans
            let tree = TraceTree(spans)
            #expect(tree.nodes.map(\.span.name) == ["GET /cart", "pay", "charge", "SELECT", "audit"])
            #expect(tree.nodes.map(\.parent) == [nil, 0, 1, 2, 2] && tree.roots == [0])
        }
        #expect(try reader.spans(of: TraceID(high: 0xabcd, low: 41)).spans.isEmpty)
        #expect(try reader.services() == ["ledger", "pay", "shop"])
        let slow = LogFilter.test(
            .named(SpanFields.duration), .range(lower: .init(.integer(138_000_000), isInclusive: true), upper: nil))
        #expect(try reader.search(TraceSearch(filter: slow)).map(\.trace.low) == [40, 39, 38])
        let edges = try reader.dependencies(times: 0..<Int64.max).edges
        #expect(
            Set(edges.map { "\($0.client) \($0.server) \($0.kind.rawValue) \($0.requestCount) \($0.errorCount)" })
                == [
                    "shop pay  400.0 80.0", "pay ledger  400.0 0.0", "pay carts database 400.0 0.0",
                ])
        let groups = try reader.errorGroups(times: 0..<Int64.max).groups
        #expect(groups.map { "\($0.type) \($0.count) \($0.firstVersion)" } == ["CardRefused 8 2.1"])
        let span = try #require(try reader.span(4, of: TraceID(high: 0xabcd, low: 9)).first)
        #expect(span.attributes.first { $0.name == "db.name" }?.values == [.string("carts")])
    }

    @Test(
        "what an earlier version wrote is found, is merged into parts of this one, and is found then",
        arguments: ["v3"])
    func reading(version: String) throws {
        let disk = try MemoryFileSystem(fixture: "trace-store/\(version)", in: "traces")
        var settings = TraceStore.settings(retention: nil)
        settings.mergeCount = 2
        let store = TraceStore(try LogStore(directory: "traces", fileSystem: disk, settings: settings))
        #expect(store.statistics.setAside.isEmpty && store.statistics.partCount == 4)
        // What was summed up then is good now.
        #expect(try !store.sumUpCalls())
        try Self.expectAnswers(store)
        while try store.maintain(now: Timestamp(milliseconds: 1_795_700_000_000)) {}
        #expect(store.statistics.mergeCount > 0)
        try Self.expectAnswers(store)
        let opened = TraceStore(try LogStore(directory: "traces", fileSystem: disk, settings: settings))
        try Self.expectAnswers(opened)
    }
}
