import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("Many at once")
struct ConcurrencyTests {
    @Test("what several writers of the same series see accepted is what a restart reads back", arguments: 0..<5)
    func writers(seed: UInt64) async throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: seed))
        let clock = VirtualClock()
        let store = try TestStore(disk, clock)
        let database = store.database
        let start = clock.now().milliseconds
        let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    var accepted = 0
                    for step in 0..<40 {
                        let time = start + Int64(step) * 1000 + Int64(writer)
                        let batch = SampleBatch(
                            of: (0..<10).map { ("s\(($0 + writer) % 16)", [(time, Double(writer * 1000 + step))]) })
                        accepted += try await database.append(batch, policy: .keepValid).appendedSamples
                    }
                    return accepted
                }
                group.addTask {
                    // Readers in between must never see a series out of order.
                    for _ in 0..<20 {
                        for samples in try store.all().values {
                            #expect(zip(samples, samples.dropFirst()).allSatisfy { $0.timestamp < $1.timestamp })
                        }
                    }
                    return 0
                }
            }
            return try await group.reduce(0, +)
        }
        let before = try store.all()
        #expect(before.values.reduce(0) { $0 + $1.count } == accepted, "seed \(seed)")
        database.close()
        let next = try TestStore(disk, clock)
        #expect(try next.all() == before, "seed \(seed)")
        #expect(next.database.replayReport.warnings.isEmpty)
        next.database.close()
    }

    @Test("a query after an acknowledgement sees the batch")
    func visibility() async throws {
        let clock = VirtualClock()
        let store = try TestStore(MemoryFileSystem(randomness: SeededRandomness(seed: 1)), clock)
        let database = store.database
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for step in 0..<50 {
                        let time = clock.now().milliseconds + Int64(step)
                        let name = "w\(writer)"
                        _ = try await database.append(
                            SampleBatch(of: [(name, [(time, Double(step))])]), policy: .wholeOrNothing)
                        #expect(try store.samples(name).last?.value == Double(step))
                    }
                }
            }
            try await group.waitForAll()
        }
        let statistics = database.statistics()
        #expect(statistics.appendedSamples == 200 && statistics.series == 4)
        #expect(statistics.log.syncedBatches == 200 && statistics.log.syncs <= 200)
        database.close()
    }
}
