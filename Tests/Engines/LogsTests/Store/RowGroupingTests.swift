import Basics
import Logs
import SignalModel
import TestKit
import Testing

@Suite("Rows of parts stand in groups")
struct RowGroupingTests {
    private static func settings(_ references: [String: String] = [:]) -> LogStoreSettings {
        var settings = LogStoreSettings()
        settings.grouping = RowGrouping(field: "trace.id", references: references)
        settings.blockRowsMax = 100
        settings.mergeCount = 2
        return settings
    }

    /// Groups mixed in time: each has a record every ten seconds.
    private static func batch(_ numbers: Range<Int>) -> LogBatch {
        var fixture = LogFixture(from: UInt64(numbers.lowerBound + 1))
        for number in numbers {
            let group = number % 50
            fixture.add(
                at: Int64(number),
                [
                    "trace.id": .string("trace \(group)"), "span.id": .string("span \(number)"),
                    "parent.id": .string(number < 50 ? "span of elsewhere \(number)" : "span \(number - 50)"),
                ])
        }
        return fixture.batch
    }

    private static func look(_ store: LogStore, _ group: Int) throws -> (spans: [String], blocks: Int) {
        let query = LogQuery(
            filter: .test(.named("trace.id"), .match(.string("trace \(group)"), .phrase(slop: 0))))
        let snapshot = store.snapshot(ofGroups: ["trace \(group)"])
        var blocks = 0
        try snapshot.visit(LogQuery()) { _ in blocks += 1 }
        let rows = try snapshot.rows(query, LogRowsRequest(isDescending: false, limit: 1000))
        for row in rows { #expect(row["parent.id"] != nil) }
        return (rows.compactMap { $0["span.id"]?.text }, blocks)
    }

    @Test("a group is read from its own blocks, in memory, in parts and merged", arguments: [true, false])
    func groups(hasReferences: Bool) throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        let settings = Self.settings(hasReferences ? ["parent.id": "span.id"] : [:])
        var store = try LogStore(directory: "traces", fileSystem: disk, settings: settings)
        func check(_ count: Int, blocksMax: Int) throws {
            for group in [0, 7, 49] {
                let found = try Self.look(store, group)
                #expect(found.spans == stride(from: group, to: count, by: 50).map { "span \($0)" })
                #expect(found.blocks <= blocksMax)
            }
            #expect(try Self.look(store, 77).spans == [])
            #expect(try Self.look(store, 77).blocks == 0)
        }
        try store.append(Self.batch(0..<1000), through: 1)
        try check(1000, blocksMax: 1)
        try store.flush()
        // Twenty rows each: in one block, or across the end of one.
        try check(1000, blocksMax: 2)
        try store.append(Self.batch(1000..<2000), through: 2)
        try store.flush()
        try check(2000, blocksMax: 4)
        while try store.maintain(now: Timestamp(milliseconds: 0)) {}
        #expect(store.statistics.partCount == 1)
        try check(2000, blocksMax: 4)
        store = try LogStore(directory: "traces", fileSystem: disk, settings: settings)
        try check(2000, blocksMax: 4)
        #expect(store.statistics.setAside.isEmpty)
    }

    @Test("references come back as what they were: found, missing, doubled and of the row itself")
    func references() throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 2))
        let store = try LogStore(
            directory: "traces", fileSystem: disk, settings: Self.settings(["parent.id": "span.id"]))
        let cases: [(span: String?, parent: String?)] = [
            ("a", nil), ("b", "a"), ("c", "b"), ("d", "d"), ("e", "nobody"), ("b", "a"), (nil, "c"), ("f", nil),
            ("g", "f"), ("h", "b"), ("", "g"), ("i", ""),
        ]
        var batch = LogBatch()
        for (second, entry) in cases.enumerated() {
            batch.add(field: "trace.id", "t")
            if let span = entry.span { batch.add(field: "span.id", .string(span)) }
            if let parent = entry.parent { batch.add(field: "parent.id", .string(parent)) }
            batch.endRecord(
                timestampNanoseconds: Int64(second), sequence: UInt64(second + 1), index: batch.number(of: "x"))
        }
        try store.append(batch, through: 1)
        try store.flush()
        let rows = try store.snapshot().rows(LogQuery(), LogRowsRequest(isDescending: false, limit: 100))
        #expect(rows.map { $0["span.id"]?.text } == cases.map(\.span))
        #expect(rows.map { $0["parent.id"]?.text } == cases.map(\.parent))
        var targets: [Int32] = []
        try store.snapshot().visit(LogQuery()) { view throws(LogQueryError) in
            targets = try view.targets(of: "parent.id", in: "span.id")
        }
        #expect(targets == [-2, 0, 1, 3, -1, 0, 2, -2, 7, 1, 8, 10])
        let query = LogQuery(filter: .test(.named("parent.id"), .match(.string("a"), .phrase(slop: 0))))
        #expect(try store.snapshot().count(query) == 2)
    }

    @Test("a store of records by time is read on and put into groups when it is merged")
    func older() throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 3))
        var store = try LogStore(directory: "traces", fileSystem: disk)
        try store.append(Self.batch(0..<500), through: 1)
        try store.flush()
        store = try LogStore(directory: "traces", fileSystem: disk, settings: Self.settings(["parent.id": "span.id"]))
        try store.append(Self.batch(500..<1000), through: 2)
        try store.flush()
        #expect(try Self.look(store, 7).spans.count == 20)
        while try store.maintain(now: Timestamp(milliseconds: 0)) {}
        #expect(try Self.look(store, 7).spans.count == 20)
        #expect(try Self.look(store, 7).blocks <= 2)
    }
}
