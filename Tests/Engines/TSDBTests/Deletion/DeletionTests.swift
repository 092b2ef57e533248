import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("Deleting samples")
struct DeletionTests {
    private let clock = VirtualClock()
    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 3))
    private static let minute: Int64 = 60_000
    private let start: Int64

    init() { start = clock.now().milliseconds }

    private func store(window: Duration = .zero) throws -> TestStore {
        var options = DatabaseOptions()
        options.outOfOrderWindow = window
        return try TestStore(disk, clock, options)
    }

    /// One sample a minute to two series of floats and one of histograms.
    private func fill(_ store: TestStore, minutes: Int) async throws {
        var cases = HistogramCases(seed: UInt64(minutes))
        for minute in 0..<minutes {
            clock.advance(by: .seconds(60))
            let time = clock.now()
            var batch = SampleBatch(of: [
                ("a{x=\"1\"}", [(time.milliseconds, Double(minute))]),
                ("a{x=\"2\"}", [(time.milliseconds, Double(minute * minute))]),
            ])
            batch.beginSeries(Labels(text: "h"))
            if let histogram = cases.next(.whole, of: "h") { batch.append(histogram, at: time) }
            _ = try await store.database.append(batch, policy: .wholeOrNothing)
        }
    }

    private func range(_ from: Int, _ through: Int) -> (Timestamp, Timestamp) {
        (
            Timestamp(milliseconds: start + Int64(from) * Self.minute),
            Timestamp(milliseconds: start + Int64(through) * Self.minute)
        )
    }

    private func delete(_ store: TestStore, _ name: String, _ from: Int, _ through: Int) throws {
        let (from, through) = range(from, through)
        try store.database.delete([try Matcher("__name__", .matches, name)], from: from, through: through)
    }

    /// What a deletion must leave of `all`.
    private func without(
        _ all: [String: [Sample]], _ isMatch: (String) -> Bool, _ from: Int, _ through: Int
    ) -> [String: [Sample]] {
        let (from, through) = range(from, through)
        return all.mapValues { $0 }.reduce(into: [:]) { result, one in
            let kept =
                isMatch(one.key) ? one.value.filter { $0.timestamp < from || $0.timestamp > through } : one.value
            if !kept.isEmpty { result[one.key] = kept }
        }
    }

    private func counts(_ all: [String: [Sample]]) -> [String: [Timestamp]] {
        all.mapValues { $0.map(\.timestamp) }
    }

    @Test(
        "samples of the range are gone from memory and blocks at once, after a restart, and after cleaning; others stay",
        arguments: [
            (minutes: 100, from: 10, through: 20), (minutes: 100, from: 90, through: 200),
            (minutes: 600, from: 0, through: 1000),
            (minutes: 600, from: 100, through: 130), (minutes: 600, from: 300, through: 590),
            (minutes: 600, from: 119, through: 121),
        ])
    func ranges(_ one: (minutes: Int, from: Int, through: Int)) async throws {
        let before = try store()
        try await fill(before, minutes: one.minutes)
        try before.database.maintain()
        let all = try before.all()
        try delete(before, "a|h", one.from, one.through)
        let wanted = without(all, { _ in true }, one.from, one.through)
        #expect(counts(try before.all()) == counts(wanted))
        try await appendAfter(before)
        let after = counts(try before.all())
        before.database.close()
        disk.crash()
        let next = try store()
        #expect(counts(try next.all()) == after)
        try next.database.cleanTombstones()
        #expect(counts(try next.all()) == after)
        try next.database.truncate(before: .distantPast)
        next.database.close()
        let last = try store()
        #expect(last.database.replayReport.warnings.isEmpty)
        #expect(counts(try last.all()) == after)
        #expect(last.database.blocks.blocks.allSatisfy { $0.tombstones.isEmpty })
        last.database.close()
    }

    private func appendAfter(_ store: TestStore) async throws {
        clock.advance(by: .seconds(60))
        _ = try await store.database.append(
            SampleBatch(of: [("a{x=\"1\"}", [(clock.now().milliseconds, -1)])]), policy: .wholeOrNothing)
    }

    @Test("only series that match lose samples, and those with none left are not listed")
    func matching() async throws {
        let store = try store()
        try await fill(store, minutes: 600)
        try store.database.maintain()
        let all = try store.all()
        try store.database.delete(
            [try Matcher("x", .equal, "2")], from: .distantPast, through: .distantFuture)
        #expect(counts(try store.all()) == counts(all.filter { !$0.key.contains("\"2\"") }))
        let listed = try store.database.select([], from: .distantPast, through: .distantFuture, sorted: true)
        #expect(listed.map(\.labels.description) == ["a{x=\"1\"}", "h"])
        try store.database.cleanTombstones()
        #expect(
            try store.database.labelValues("x", [], from: .distantPast, through: .distantFuture) == ["1"])
        store.database.close()
    }

    @Test("late samples are deleted too, and what comes late afterwards stays")
    func late() async throws {
        let store = try store(window: .seconds(3600))
        try await fill(store, minutes: 50)
        func append(_ minute: Int, _ value: Double) async throws {
            let time = start + Int64(minute) * Self.minute + 1
            _ = try await store.database.append(
                SampleBatch(of: [("a{x=\"1\"}", [(time, value)])]), policy: .wholeOrNothing)
        }
        try await append(20, 1)
        try await append(40, 2)
        try delete(store, "a", 0, 30)
        try await append(10, 3)
        let left = try store.samples("a{x=\"1\"}")
        #expect(left.first?.value == 3)
        #expect(left.count == 1 + 20 + 1)
        store.database.close()
        disk.crash()
        let next = try self.store(window: .seconds(3600))
        #expect(try next.samples("a{x=\"1\"}") == left)
        next.database.close()
    }

    @Test("a checkpoint keeps a deletion as long as it keeps what the deletion is about")
    func checkpoint() async throws {
        let store = try store()
        try await fill(store, minutes: 100)
        try delete(store, "a", 40, 60)
        let all = try store.all()
        try store.database.truncate(before: range(30, 0).0)
        store.database.close()
        disk.crash()
        let next = try self.store()
        let (from, through) = range(30, 1000)
        #expect(
            counts(try next.all(from: from, through: through))
                == counts(all.mapValues { $0.filter { $0.timestamp >= from } }))
        next.database.close()
    }

    @Test("power lost at any byte of a deletion leaves all of a series' range or none of it")
    func crash() async throws {
        for bytes in stride(from: 0, to: 400, by: 7) {
            let disk = MemoryFileSystem(randomness: SeededRandomness(seed: UInt64(bytes)))
            let store = try TestStore(disk, clock)
            for minute in 0..<30 {
                let time = clock.now().milliseconds + Int64(minute) * 1000
                _ = try await store.database.append(
                    SampleBatch(of: [("a", [(time, 1)]), ("b", [(time, 2)])]), policy: .wholeOrNothing)
            }
            let all = try store.all()
            disk.cutPower(afterBytes: bytes)
            let isDone =
                (try? store.database.delete(
                    [try Matcher("__name__", .equal, "a")], from: .distantPast, through: .distantFuture)) != nil
            store.database.close()
            disk.crash()
            let next = try TestStore(disk, clock)
            let left = try next.all()
            #expect(left == all || left == all.filter { $0.key == "b" }, "after \(bytes) bytes")
            if isDone { #expect(left["a"] == nil) }
            next.database.close()
        }
    }

    @Test("a copy holds what the store held, with its head or without, and opens as a data directory")
    func copy() async throws {
        let store = try store()
        try await fill(store, minutes: 600)
        try store.database.maintain()
        try delete(store, "a", 10, 20)
        let all = try store.all()
        for skipsHead in [false, true] {
            let name = try store.database.copy(skippingHead: skipsHead)
            let copy = try TimeSeriesDatabase.open(
                directory: TestStore.directory + "/snapshots/" + name, fileSystem: disk, clock: clock)
            defer { copy.close() }
            #expect(copy.replayReport.warnings.isEmpty)
            var found: [String: Int] = [:]
            for series in try copy.select([], from: .distantPast, through: .distantFuture, sorted: true) {
                var buffer = SampleBuffer()
                try series.read(from: .distantPast, through: .distantFuture, into: &buffer)
                found[series.labels.description] = buffer.count
            }
            if skipsHead {
                #expect(found["h"] ?? 0 < all["h"]?.count ?? 0)
            } else {
                #expect(found == all.mapValues(\.count))
            }
        }
        store.database.close()
    }
}
