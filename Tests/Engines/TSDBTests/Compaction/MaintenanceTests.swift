import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("Blocks from the head")
struct MaintenanceTests {
    private let clock = VirtualClock()
    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
    private let folder = TestStore.directory + "/blocks"

    /// One sample a minute to a series that goes on and, each hour, to one of its own.
    private func fill(_ store: TestStore, hours: Int) async throws {
        for hour in 0..<hours {
            for minute in 0..<60 {
                clock.advance(by: .seconds(60))
                let time = clock.now().milliseconds
                _ = try await store.database.append(
                    SampleBatch(of: [
                        ("lasting{a=\"1\"}", [(time, Double(minute * minute))]), ("hour_\(hour)", [(time, 0.1)]),
                    ]), policy: .wholeOrNothing)
            }
        }
    }

    @Test("queries give the same before a cut, after it, and after a restart")
    func same() async throws {
        let store = try TestStore(disk, clock)
        try await fill(store, hours: 12)
        let before = try store.all()
        try store.database.maintain()
        let statistics = store.database.statistics()
        #expect(statistics.compactions.headBlocks >= 4)
        #expect(statistics.compactions.failures == 0)
        #expect(statistics.series < 12, "what is in blocks is not in memory")
        #expect(try store.all() == before)
        store.database.close()
        let next = try TestStore(disk, clock)
        #expect(next.database.replayReport.warnings.isEmpty)
        #expect(next.database.replayReport.blocks == next.database.statistics().blocks)
        #expect(try next.all() == before)
        next.database.close()
    }

    @Test("matchers, names and values are answered from blocks and head together")
    func matching() async throws {
        let store = try TestStore(disk, clock)
        try await fill(store, hours: 12)
        let cases: [[Matcher]] = [
            [], [try Matcher("__name__", .equal, "lasting")], [try Matcher("a", .notEqual, "1")],
            [try Matcher("a", .equal, "")], [try Matcher("__name__", .matches, "hour_1.*")],
            [try Matcher("__name__", .matches, "hour_(3|5|none)")], [try Matcher("__name__", .notMatches, "hour.*")],
            [try Matcher("a", .matches, ".+"), try Matcher("__name__", .matches, ".*")],
            [try Matcher("nothing", .equal, "x")], [try Matcher("__name__", .notMatches, "lasting|hour_2")],
        ]
        func answers() throws -> [[String: [Sample]]] { try cases.map { try store.all($0) } }
        func names() throws -> [[String]] {
            try cases.flatMap { matchers in
                [
                    try store.database.labelNames(matchers, from: .distantPast, through: .distantFuture),
                    try store.database.labelValues("__name__", matchers, from: .distantPast, through: .distantFuture),
                ]
            }
        }
        let (before, namesBefore) = (try answers(), try names())
        try store.database.maintain()
        #expect(try answers() == before)
        #expect(try names() == namesBefore)
        store.database.close()
    }

    @Test("a range that lies in one block or across two finds its samples and no others")
    func ranges() async throws {
        let store = try TestStore(disk, clock)
        let start = clock.now()
        try await fill(store, hours: 10)
        try store.database.maintain()
        for (from, minutes) in [(30, 10), (100, 60), (0, 600), (590, 10), (-100, 50)] {
            let low = start + .seconds(from * 60)
            let found = try store.all(
                [try Matcher("__name__", .equal, "lasting")], from: low + .milliseconds(1),
                through: low + .seconds(minutes * 60))
            #expect(found.values.first?.count ?? 0 == max(0, min(600, from + minutes) - max(0, from)))
        }
        store.database.close()
    }

    @Test("small blocks become larger ones, and the files of the small ones go")
    func merging() async throws {
        let store = try TestStore(disk, clock)
        try await fill(store, hours: 40)
        let before = try store.all()
        try store.database.maintain()
        let blocks = store.database.blocks.blocks.map(\.meta)
        #expect(store.database.statistics().compactions.mergedBlocks > 2)
        #expect(blocks.map { $0.maxTime - $0.minTime }.contains(18 * 3_600_000))
        #expect(zip(blocks, blocks.dropFirst()).allSatisfy { $0.maxTime <= $1.minTime })
        #expect(try disk.list(folder).count == blocks.count)
        #expect(try store.all() == before)
        store.database.close()
    }

    @Test("blocks past the retention go, by time and by size")
    func retention() async throws {
        var options = DatabaseOptions()
        options.retention = .seconds(10 * 3600)
        var store = try TestStore(disk, clock, options)
        try await fill(store, hours: 30)
        try store.database.maintain()
        let oldest = try #require(store.database.blocks.blocks.first?.meta)
        #expect(oldest.maxTime > clock.now().milliseconds - 10 * 3_600_000)
        #expect(oldest.maxTime < clock.now().milliseconds - 5 * 3_600_000)
        store.database.close()
        options.retentionBytes = store.database.logBytes() + 1
        store = try TestStore(disk, clock, options)
        try store.database.maintain()
        #expect(store.database.statistics().blocks == 0)
        #expect(try disk.list(folder).isEmpty)
        store.database.close()
    }

    @Test("a power cut at any byte of a cut or merge loses nothing", arguments: 0..<60 as Range<UInt64>)
    func crash(seed: UInt64) async throws {
        let chance = SeededRandomness(seed: seed)
        let disk = MemoryFileSystem(randomness: chance)
        var store = try TestStore(disk, clock)
        try await fill(store, hours: 10)
        let expected = try store.all()
        disk.cutPower(afterBytes: Int(chance.next() % 30_000))
        try? store.database.maintain()
        disk.crash()
        store.database.close()
        store = try TestStore(disk, clock)
        #expect(try store.all() == expected, "seed \(seed)")
        try store.database.maintain()
        #expect(try store.all() == expected, "seed \(seed)")
        #expect(try disk.list(folder).allSatisfy { ULID($0) != nil }, "seed \(seed)")
        store.database.close()
        store = try TestStore(disk, clock)
        #expect(store.database.replayReport.warnings.isEmpty, "seed \(seed)")
        #expect(try store.all() == expected, "seed \(seed)")
        store.database.close()
    }

    @Test("on a full disk nothing is cut and nothing lost; with space again it is cut")
    func fullDisk() async throws {
        let store = try TestStore(disk, clock)
        try await fill(store, hours: 8)
        let before = try store.all()
        disk.spaceLeft = 500
        #expect(throws: SampleStoreError.self) { try store.database.maintain() }
        #expect(try store.all() == before)
        disk.spaceLeft = nil
        try store.database.maintain()
        #expect(store.database.statistics().blocks > 0)
        #expect(try store.all() == before)
        store.database.close()
    }

    @Test(
        "a damaged block is named and set aside, the others are served",
        arguments: ["index", "meta.json", "chunks/000001", "tombstones"])
    func damaged(file: String) async throws {
        var store = try TestStore(disk, clock)
        try await fill(store, hours: 7)
        try store.database.maintain()
        let victim = try #require(store.database.blocks.blocks.first)
        let others = store.database.blocks.blocks.count - 1
        store.database.close()
        disk.damage("\(victim.path)/\(file)") { $0[$0.count / 2 < 4 ? 0 : 2] ^= 0xff }
        store = try TestStore(disk, clock)
        #expect(store.database.statistics().blocks == others)
        let warning = try #require(store.database.replayReport.warnings.first)
        #expect(warning.contains(victim.path) && warning.contains(file), "\(warning)")
        #expect(try !store.all().isEmpty)
        store.database.close()
    }

    @Test("while blocks are cut queries miss no sample", .timeLimit(.minutes(1)))
    func concurrent() async throws {
        let store = try TestStore(disk, clock)
        try await fill(store, hours: 12)
        let expected = try store.all()["lasting{a=\"1\"}"]?.count
        async let maintained: Void = Task.detached { try store.database.maintain() }.value
        for _ in 0..<200 { #expect(try store.all()["lasting{a=\"1\"}"]?.count == expected) }
        try await maintained
        store.database.close()
    }
}
