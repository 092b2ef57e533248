import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("Order and bounds of samples")
struct OrderTests {
    private static let now: Int64 = 1_700_000_000_000

    struct Case: Sendable, CustomStringConvertible {
        var description: String
        var time: Int64
        var value: Double
        var reason: AppendOutcome.Reason?
    }

    static let cases = [
        Case(description: "newer", time: now + 1, value: 2, reason: nil),
        Case(description: "the same again", time: now, value: 1, reason: nil),
        Case(description: "another value at the same time", time: now, value: 2, reason: .duplicateTimestamp),
        Case(description: "a positive zero for a negative one", time: now - 5, value: 0, reason: .outOfOrder),
        Case(description: "older", time: now - 1, value: 1, reason: .outOfOrder),
        Case(description: "an hour older", time: now - 3_600_000, value: 1, reason: .outOfOrder),
        Case(description: "more than an hour older", time: now - 3_600_001, value: 1, reason: .outOfBounds),
        Case(description: "ten minutes ahead", time: now + 600_000, value: 1, reason: nil),
        Case(description: "more than ten minutes ahead", time: now + 600_001, value: 1, reason: .tooFarInFuture),
    ]

    @Test("a sample is judged by the newest of its series, of the head, and by the clock", arguments: cases)
    func judged(_ example: Case) async throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        let store = try TestStore(disk, VirtualClock(Timestamp(milliseconds: Self.now)))
        defer { store.database.close() }
        _ = try await store.database.append(SampleBatch(of: [("a", [(Self.now, 1)])]), policy: .keepValid)
        let outcome = try await store.database.append(
            SampleBatch(of: [("a", [(example.time, example.value)])]), policy: .keepValid)
        #expect(outcome.refusals.map(\.reason) == (example.reason.map { [$0] } ?? []))
        #expect(outcome.refusedSamples == (example.reason == nil ? 0 : 1))
        #expect(outcome.appendedSamples == (example.reason == nil ? 1 : 0))
    }

    @Test("values are compared by their bits: NaN equals itself, the two zeros differ")
    func bits() async throws {
        let store = try TestStore(
            MemoryFileSystem(randomness: SeededRandomness(seed: 1)), VirtualClock(Timestamp(milliseconds: Self.now)))
        defer { store.database.close() }
        for (first, second, isSame) in [
            (StaleMarker.value, StaleMarker.value, true), (.nan, StaleMarker.value, false), (0.0, -0.0, false),
        ] {
            let name = "m\(first.bitPattern)"
            _ = try await store.database.append(SampleBatch(of: [(name, [(Self.now, first)])]), policy: .keepValid)
            let outcome = try await store.database.append(
                SampleBatch(of: [(name, [(Self.now, second)])]), policy: .keepValid)
            #expect((outcome.refusedSamples == 0) == isSame)
        }
    }

    @Test("one refused sample refuses the whole batch, and leaves no trace of it")
    func wholeOrNothing() async throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        let clock = VirtualClock(Timestamp(milliseconds: Self.now))
        let store = try TestStore(disk, clock)
        _ = try await store.database.append(
            SampleBatch(of: [("a", [(Self.now, 1)]), ("b", [(Self.now, 1)])]), policy: .wholeOrNothing)
        let bad = SampleBatch(of: [
            ("a", [(Self.now + 1, 2), (Self.now + 2, 3)]), ("fresh", [(Self.now, 7)]), ("b", [(Self.now - 1, 2)]),
            ("a", [(Self.now + 3, 4)]),
        ])
        let outcome = try await store.database.append(bad, policy: .wholeOrNothing)
        #expect(outcome.appendedSamples == 0 && outcome.refusedSamples == 1)
        #expect(outcome.refusals.map(\.entry) == [2])
        #expect(try store.all().keys.sorted() == ["a", "b"])
        // What it would have stored can still come, also at times before the ones it had.
        let good = SampleBatch(of: [("a", [(Self.now + 1, 5)]), ("fresh", [(Self.now, 8)])])
        #expect(try await store.database.append(good, policy: .wholeOrNothing).appendedSamples == 2)
        #expect(try store.samples("a").map(\.value) == [1, 5])
        store.database.close()
        let next = try TestStore(disk, clock)
        #expect(try next.samples("a").map(\.value) == [1, 5])
        #expect(try next.samples("fresh").map(\.value) == [8])
        next.database.close()
    }

    @Test("a series may come twice in one batch; its samples are still judged in order")
    func twice() async throws {
        let store = try TestStore(
            MemoryFileSystem(randomness: SeededRandomness(seed: 1)), VirtualClock(Timestamp(milliseconds: Self.now)))
        defer { store.database.close() }
        let batch = SampleBatch(of: [
            ("a", [(Self.now, 1), (Self.now + 2, 2)]), ("a", [(Self.now + 1, 9), (Self.now + 3, 3)]),
        ])
        let outcome = try await store.database.append(batch, policy: .keepValid)
        #expect(outcome.appendedSamples == 3)
        #expect(outcome.refusals.map(\.reason) == [.outOfOrder])
        #expect(try store.samples("a").map(\.value) == [1, 2, 3])
    }

    @Test("past the limit on series a new one is refused, a known one goes on")
    func seriesLimit() async throws {
        var options = DatabaseOptions()
        options.seriesMax = 2
        let store = try TestStore(
            MemoryFileSystem(randomness: SeededRandomness(seed: 1)), VirtualClock(Timestamp(milliseconds: Self.now)),
            options)
        defer { store.database.close() }
        let batch = SampleBatch(of: ["a", "b", "c", "d"].map { ($0, [(Self.now, 1)]) })
        let outcome = try await store.database.append(batch, policy: .keepValid)
        #expect(outcome.appendedSamples == 2)
        #expect(outcome.refusals.map(\.reason) == [.seriesLimit, .seriesLimit])
        let kept = try store.all().keys.map { SampleBatch(of: [($0, [(Self.now + 1, 2)])]) }
        for batch in kept {
            #expect(try await store.database.append(batch, policy: .keepValid).appendedSamples == 1)
        }
    }
}
