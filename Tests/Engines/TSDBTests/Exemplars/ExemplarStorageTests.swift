import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("Exemplars in the store")
struct ExemplarStorageTests {
    private let clock = VirtualClock()
    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))

    /// One series with a sample now and one exemplar of each trace.
    private func batch(_ name: String, _ traces: [String], hasSample: Bool = true) -> SampleBatch {
        var batch = SampleBatch()
        batch.beginSeries(Labels(text: name))
        if hasSample { batch.append(Sample(timestamp: clock.now(), value: 1)) }
        for (number, trace) in traces.enumerated() {
            batch.append(
                Exemplar(
                    labels: Labels([("trace", trace)]), value: Double(number),
                    timestamp: clock.now() + .milliseconds(number)))
        }
        return batch
    }

    private func all(_ store: TestStore) -> [ExemplarSeries] {
        store.database.exemplars([[]], from: .distantPast, through: .distantFuture)
    }

    private func traces(_ store: TestStore) -> [String: [String]] {
        Dictionary(
            uniqueKeysWithValues: all(store).map { ($0.labels.description, $0.exemplars.map { $0.labels["trace"] }) })
    }

    @Test("they are there after an append, and after a power cut")
    func durable() async throws {
        var store = try TestStore(disk, clock)
        let outcome = try await store.database.append(batch("a", ["1", "2"]), policy: .keepValid)
        #expect(outcome.exemplars.appendedCount == 2 && outcome.appendedSamples == 1)
        _ = try await store.database.append(batch("b", ["x"]), policy: .wholeOrNothing)
        let before = all(store)
        #expect(traces(store) == ["a": ["1", "2"], "b": ["x"]])
        disk.crash()
        store.database.close()
        store = try TestStore(disk, clock)
        #expect(all(store) == before)
        #expect(store.database.replayReport.warnings.isEmpty)
        store.database.close()
    }

    @Test("no acknowledged exemplar is lost to a power cut, and none appears that was not sent", arguments: 0..<12)
    func powerCuts(seed: UInt64) async throws {
        let chance = SeededRandomness(seed: seed)
        let disk = MemoryFileSystem(randomness: chance)
        var options = DatabaseOptions()
        options.segmentBytes = 32 << 10
        var acknowledged: [String: [String]] = [:]
        var trace = 0
        for _ in 0..<3 {
            let store = try TestStore(disk, clock, options)
            let found = traces(store)
            for (series, kept) in acknowledged {
                let more = try #require(found[series], "seed \(seed)")
                // One batch more may have reached the disk without an answer.
                #expect(more.starts(with: kept) && more.count - kept.count <= 2, "seed \(seed), \(series)")
            }
            acknowledged = found
            disk.cutPower(afterBytes: Int(chance.next() % 6000))
            for _ in 0..<40 where !disk.isDown {
                clock.advance(by: .seconds(1))
                let series = "s\(chance.next() % 3)"
                let sent = (0..<Int(chance.next() % 3)).map { "\(trace + $0)" }
                trace += sent.count
                let outcome = try? await store.database.append(batch(series, sent), policy: .keepValid)
                if outcome != nil, !sent.isEmpty { acknowledged[series, default: []] += sent }
                if chance.next() % 15 == 0 { try? store.database.keepSnapshot() }
            }
            disk.crash()
            store.database.close()
        }
    }

    @Test("a start with a snapshot has the exemplars of segments it does not read, and those behind it once")
    func snapshot() async throws {
        let store = try TestStore(disk, clock)
        for step in 0..<30 {
            clock.advance(by: .seconds(1))
            var batch = batch("s\(step % 4)", ["\(step)"])
            // One whose time is not its own stays one.
            batch.append(
                Exemplar(
                    labels: .empty, value: Double(100 + step), timestamp: clock.now() + .milliseconds(9),
                    isTimed: false))
            _ = try await store.database.append(batch, policy: .keepValid)
            if step == 20 { try store.database.keepSnapshot() }
        }
        let before = all(store)
        store.database.close()
        let next = try TestStore(disk, clock)
        #expect(next.database.replayReport.snapshotBytes > 0)
        let found = all(next)
        #expect(found.map(\.labels) == before.map(\.labels))
        #expect(found.flatMap { $0.exemplars.map(\.value) } == before.flatMap { $0.exemplars.map(\.value) })
        #expect(next.database.statistics().exemplars.stored == 60)
        next.database.close()
    }

    @Test("a checkpoint keeps those of the time it keeps, and the series they need")
    func checkpoint() async throws {
        var options = DatabaseOptions()
        options.segmentBytes = 32 << 10
        let store = try TestStore(disk, clock, options)
        _ = try await store.database.append(batch("early", ["gone"]), policy: .keepValid)
        clock.advance(by: .seconds(600))
        let edge = clock.now()
        _ = try await store.database.append(batch("late", ["kept"]), policy: .keepValid)
        try store.database.truncate(before: edge)
        #expect(traces(store) == ["early": ["gone"], "late": ["kept"]], "memory forgets only what is too much")
        store.database.close()
        let next = try TestStore(disk, clock, options)
        #expect(traces(next) == ["late": ["kept"]])
        #expect(next.database.replayReport.warnings.isEmpty)
        next.database.close()
    }

    @Test("what cannot be kept is refused for itself alone, and each reason is told")
    func refusals() async throws {
        let store = try TestStore(disk, clock)
        _ = try await store.database.append(batch("a", ["1"]), policy: .keepValid)
        let time = clock.now().milliseconds
        clock.advance(by: .seconds(1))
        var second = batch("a", [])
        for (trace, at) in [("0", time - 1), (String(repeating: "x", count: 200), time + 5), ("2", time + 6)] {
            second.append(
                Exemplar(labels: Labels([("trace", trace)]), value: 5, timestamp: Timestamp(milliseconds: at)))
        }
        second.beginSeries(Labels(text: "never_seen"))
        second.append(Exemplar(labels: .empty, value: 1, timestamp: clock.now()))
        let outcome = try await store.database.append(second, policy: .wholeOrNothing)
        #expect(outcome.refusedSamples == 0)
        #expect(outcome.exemplars.refusals.map(\.reason) == [.outOfOrder, .tooLong, .unknownSeries])
        #expect(outcome.exemplars.refusedCount == 3 && outcome.exemplars.appendedCount == 1)
        #expect(traces(store) == ["a": ["1", "2"]])
        #expect(store.database.statistics().exemplars.outOfOrder == 1)
        #expect(store.database.statistics().series == 1)
    }

    @Test("a series that is known may send exemplars without samples; a batch refused whole leaves none")
    func alone() async throws {
        let store = try TestStore(disk, clock)
        _ = try await store.database.append(batch("a", []), policy: .keepValid)
        let outcome = try await store.database.append(batch("a", ["1"], hasSample: false), policy: .wholeOrNothing)
        #expect(outcome.exemplars.appendedCount == 1 && outcome.appendedSamples == 0)
        var bad = batch("b", ["2"])
        bad.beginSeries(Labels(text: "c"))
        bad.append(Sample(timestamp: clock.now() + .seconds(86_400), value: 1))
        let refused = try await store.database.append(bad, policy: .wholeOrNothing)
        #expect(refused.refusedSamples == 1 && refused.exemplars.appendedCount == 0)
        #expect(traces(store) == ["a": ["1"]])
        disk.crash()
        store.database.close()
        let next = try TestStore(disk, clock)
        #expect(traces(next) == ["a": ["1"]])
        next.database.close()
    }

    @Test("the oldest make way for new ones, and for a smaller ring")
    func bounded() async throws {
        var options = DatabaseOptions()
        options.exemplarsMax = 3
        let store = try TestStore(disk, clock, options)
        for step in 0..<5 {
            clock.advance(by: .seconds(1))
            _ = try await store.database.append(batch("s\(step % 2)", ["\(step)"]), policy: .keepValid)
        }
        #expect(traces(store) == ["s0": ["2", "4"], "s1": ["3"]])
        store.database.resizeExemplars(to: 1)
        #expect(traces(store) == ["s0": ["4"]])
        #expect(store.database.statistics().exemplars.capacity == 1)
    }

    @Test("the exemplars that Prometheus wrote to its log are read")
    func prometheus() throws {
        try disk.createDirectory(TestStore.directory + "/wal")
        let file = try disk.openForAppending(TestStore.directory + "/wal/00000000")
        try Fixtures.bytes("prometheus-2.42-wal/00000000").withUnsafeBytes { try file.append($0) }
        let store = try TestStore(disk, clock)
        let found = all(store)
        #expect(!found.isEmpty)
        for series in found {
            #expect(series.exemplars.allSatisfy { $0.labels.contains("trace_id") }, "\(series)")
        }
        store.database.close()
    }

    @Test("a record survives encoding, and is never taken for another when bytes change")
    func record() throws {
        let entries = [
            LogRecord.ExemplarEntry(
                ref: 7,
                exemplar: Exemplar(
                    labels: Labels([("trace", "abc")]), value: -0.5, timestamp: Timestamp(milliseconds: 1000))),
            LogRecord.ExemplarEntry(
                ref: 3,
                exemplar: Exemplar(labels: .empty, value: .infinity, timestamp: Timestamp(milliseconds: 900))),
        ]
        let bytes = LogRecord.exemplars(entries)
        // Type, ref 7, time 1000; distances 0 and 0, the value, one label; −4, −100, the value, none.
        let expected: [UInt8] =
            [4, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 3, 0xe8, 0, 0, 0xbf, 0xe0, 0, 0, 0, 0, 0, 0, 1, 5]
            + Array("trace".utf8) + [3] + Array("abc".utf8) + [7, 0xc7, 1, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0, 0]
        #expect(bytes == expected)
        let read = try #require(bytes.withUnsafeBytes { LogRecord.exemplars($0) })
        #expect(read.map(\.ref) == [7, 3])
        #expect(read.map(\.exemplar) == entries.map(\.exemplar))
        for count in 1..<bytes.count where count != 17 {
            let cut = bytes[..<count].withUnsafeBytes { LogRecord.exemplars($0) }
            #expect(cut?.count ?? 0 < 2)
        }
    }
}
