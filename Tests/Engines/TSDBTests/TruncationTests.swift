import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("Truncation and checkpoints")
struct TruncationTests {
    private let clock = VirtualClock()
    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
    private let wal = TestStore.directory + "/wal"

    /// A day of one sample a minute to one series that goes on and, each hour, one of its own.
    private func fill(_ store: TestStore, hours: Int) async throws {
        for hour in 0..<hours {
            for _ in 0..<60 {
                clock.advance(by: .seconds(60))
                let time = clock.now().milliseconds
                _ = try await store.database.append(
                    SampleBatch(of: [("lasting", [(time, Double(hour))]), ("hour_\(hour)", [(time, 1)])]),
                    policy: .wholeOrNothing)
            }
        }
    }

    @Test("old samples and series go from memory, index and disk; the rest stays, also after a restart")
    func truncation() async throws {
        var options = DatabaseOptions()
        options.segmentBytes = 32 << 10
        let store = try TestStore(disk, clock, options)
        try await fill(store, hours: 24)
        let sizeBefore = store.database.statistics().logBytes
        let edge = clock.now() - .seconds(6 * 3600)
        try store.database.truncate(before: edge)
        let kept = try store.all(from: edge)
        #expect(kept["lasting"]?.count == 361)
        #expect(kept.keys.sorted() == (17..<24).map { "hour_\($0)" } + ["lasting"])
        #expect(store.database.statistics().series == 8)
        #expect(store.database.statistics().removedSeries == 17)
        #expect(store.database.statistics().logBytes < sizeBefore * 2 / 3)
        #expect(try disk.list(wal).contains { $0.hasPrefix("checkpoint.") && !$0.hasSuffix(".tmp") })
        #expect(
            try store.database.labelValues("__name__", [], from: .distantPast, through: .distantFuture).count == 8)
        // A sample before the edge is not taken back; a series that went may come again.
        let old = SampleBatch(of: [("lasting", [(edge.milliseconds - 1, 1)])])
        #expect(try await store.database.append(old, policy: .keepValid).refusals.map(\.reason) == [.outOfBounds])
        let again = SampleBatch(of: [("hour_3", [(clock.now().milliseconds, 5)])])
        #expect(try await store.database.append(again, policy: .keepValid).appendedSamples == 1)
        store.database.close()
        let next = try TestStore(disk, clock, options)
        #expect(next.database.replayReport.warnings.isEmpty)
        var all = try next.all(from: edge)
        #expect(all.removeValue(forKey: "hour_3")?.map(\.value) == [5])
        #expect(all == kept)
        next.database.close()
    }

    @Test("a power cut at any byte of a checkpoint loses nothing that is to be kept", arguments: 0..<16)
    func cut(seed: UInt64) async throws {
        let chance = SeededRandomness(seed: seed)
        let disk = MemoryFileSystem(randomness: chance)
        let store = try TestStore(disk, clock)
        try await fill(store, hours: 6)
        let edge = clock.now() - .seconds(3 * 3600)
        let expected = try store.all(from: edge)
        disk.cutPower(afterBytes: Int(chance.next() % 6000))
        try? store.database.truncate(before: edge)
        disk.crash()
        let next = try TestStore(disk, clock)
        #expect(try next.all(from: edge) == expected, "seed \(seed)")
        // And the leftovers of the interrupted one are no obstacle to the next.
        try next.database.truncate(before: edge)
        #expect(try next.all(from: edge) == expected, "seed \(seed)")
        #expect(try !disk.list(wal).contains { $0.hasSuffix(".tmp") })
        next.database.close()
        store.database.close()
    }

    @Test("truncation again and again keeps one checkpoint")
    func repeated() async throws {
        let store = try TestStore(disk, clock)
        for _ in 0..<4 {
            try await fill(store, hours: 2)
            try store.database.truncate(before: clock.now() - .seconds(3600))
        }
        #expect(try disk.list(wal).filter { $0.hasPrefix("checkpoint.") }.count == 1)
        store.database.close()
        let next = try TestStore(disk, clock)
        #expect(try next.samples("lasting").count >= 60)
        next.database.close()
    }
}
