import Basics
import SignalModel
import Synchronization
import TestKit
import Testing

@testable import TSDB

@Suite("Samples out of order, within the window")
struct OutOfOrderTests {
    private let clock = VirtualClock()
    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
    private let start: Int64

    init() { start = clock.now().milliseconds }

    private func open(_ disk: MemoryFileSystem? = nil, window: Duration = .seconds(1800)) throws -> TestStore {
        var options = DatabaseOptions()
        options.outOfOrderWindow = window
        return try TestStore(disk ?? self.disk, clock, options)
    }

    @discardableResult
    private func append(
        _ store: TestStore, _ minutes: [Int], of name: String = "m", value: Double? = nil,
        policy: AppendPolicy = .keepValid
    ) async throws -> AppendOutcome {
        let newest = start + Int64(minutes.max() ?? 0) * 60_000
        if newest > clock.now().milliseconds { clock.advance(to: Timestamp(milliseconds: newest)) }
        let samples = minutes.map { (start + Int64($0) * 60_000, value ?? Double($0)) }
        return try await store.database.append(SampleBatch(of: [(name, samples)]), policy: policy)
    }

    private func minutes(_ store: TestStore, _ name: String = "m") throws -> [Int] {
        try store.samples(name).map { Int(($0.timestamp.milliseconds - start) / 60_000) }
    }

    @Test("late samples are found in their place, also after a restart")
    func inPlace() async throws {
        let store = try open()
        try await append(store, [0, 1, 5, 6, 10])
        #expect(try await append(store, [3, 4]).appendedSamples == 2)
        #expect(try await append(store, [2]).appendedSamples == 1)
        #expect(try minutes(store) == [0, 1, 2, 3, 4, 5, 6, 10])
        #expect(store.database.statistics().outOfOrderSamples == 3)
        store.database.close()
        let next = try open()
        #expect(try minutes(next) == [0, 1, 2, 3, 4, 5, 6, 10])
        next.database.close()
    }

    @Test("only the window counts: older ones are refused, and without a window all")
    func window() async throws {
        let store = try open()
        try await append(store, [0, 50])
        #expect(try await append(store, [20]).appendedSamples == 1)
        #expect(try await append(store, [19]).refusals.map(\.reason) == [.outOfOrder])
        try await append(store, [500])
        #expect(try await append(store, [400]).refusals.map(\.reason) == [.outOfBounds])
        store.database.close()
        let without = try open(MemoryFileSystem(randomness: SeededRandomness(seed: 2)), window: .zero)
        try await append(without, [500])
        #expect(try await append(without, [499]).refusals.map(\.reason) == [.outOfOrder])
        without.database.close()
    }

    @Test("the same late sample again is a duplicate; another value at its time is refused")
    func duplicates() async throws {
        let store = try open()
        try await append(store, [0, 10])
        try await append(store, [5])
        #expect(try await append(store, [5]).appendedSamples == 1)
        #expect(try await append(store, [5], value: 99).refusals.map(\.reason) == [.duplicateTimestamp])
        #expect(try await append(store, [4, 5, 6], value: 99, policy: .wholeOrNothing).appendedSamples == 0)
        #expect(try minutes(store) == [0, 5, 10])
        #expect(store.database.statistics().outOfOrderSamples == 1)
        store.database.close()
    }

    @Test("an agent that was away sends its backlog beside the others' new samples; blocks hold all of it")
    func backlog() async throws {
        var store = try open(window: .seconds(6 * 3600))
        for minute in 0..<720 { try await append(store, [minute], of: "others") }
        try store.database.maintain()
        #expect(store.database.statistics().blocks > 0)
        for minute in stride(from: 400, to: 700, by: 1) { try await append(store, [minute], of: "away") }
        #expect(try minutes(store, "away") == Array(400..<700))
        // What came after its time was cut goes into blocks of its own, which are then merged.
        for minute in 720..<1000 { try await append(store, [minute], of: "others") }
        try store.database.maintain()
        #expect(store.database.head.lateCount.load(ordering: .relaxed) == 0)
        #expect(try minutes(store, "away") == Array(400..<700))
        for minute in 1000..<1300 { try await append(store, [minute], of: "others") }
        try store.database.maintain()
        #expect(try minutes(store, "away") == Array(400..<700))
        #expect(try minutes(store, "others") == Array(0..<1300))
        store.database.close()
        store = try open(window: .seconds(6 * 3600))
        #expect(try minutes(store, "away") == Array(400..<700))
        #expect(store.database.head.lateCount.load(ordering: .relaxed) == 0)
        store.database.close()
    }

    @Test("a series that only ever comes late is listed and found")
    func onlyLate() async throws {
        let store = try open(window: .seconds(7 * 3600))
        for minute in stride(from: 0, to: 600, by: 5) { try await append(store, [minute], of: "others") }
        try store.database.maintain()
        try await append(store, [200], of: "late")
        #expect(try minutes(store, "late") == [200])
        #expect(
            try store.database.labelValues("__name__", [], from: .distantPast, through: .distantFuture)
                == ["late", "others"])
        store.database.close()
    }

    @Test("a crash at any byte of cutting loses no late sample", arguments: 0..<40 as Range<UInt64>)
    func crash(seed: UInt64) async throws {
        let chance = SeededRandomness(seed: seed)
        let disk = MemoryFileSystem(randomness: chance)
        var store = try open(disk, window: .seconds(5 * 3600))
        for minute in stride(from: 0, to: 420, by: 3) { try await append(store, [minute]) }
        try store.database.maintain()
        for _ in 0..<60 {
            let minute = 160 + Int(chance.next() % 250)
            try await append(store, [minute], of: "late_\(chance.next() % 3)")
        }
        for minute in stride(from: 420, to: 700, by: 3) { try await append(store, [minute]) }
        let expected = try store.all()
        disk.cutPower(afterBytes: Int(chance.next() % 12_000))
        try? store.database.maintain()
        disk.crash()
        store.database.close()
        store = try open(disk, window: .seconds(5 * 3600))
        #expect(try store.all() == expected, "seed \(seed)")
        try store.database.maintain()
        #expect(try store.all() == expected, "seed \(seed)")
        store.database.close()
        store = try open(disk, window: .seconds(5 * 3600))
        #expect(try store.all() == expected, "seed \(seed)")
        store.database.close()
    }
}
