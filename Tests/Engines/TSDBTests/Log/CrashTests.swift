import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

/// Random appends, a power cut at a random byte, a start on what the disk kept; then again, on the same disk.
///
/// Invariant: every sample acknowledged before a cut is there after it, and every sample there was sent. What was
/// refused as a whole is not there; what was never answered may be.
@Suite("Power cuts")
struct CrashTests {
    @Test("no acknowledged sample is lost and none appears that was refused", arguments: 0..<30)
    func crashes(seed: UInt64) async throws {
        let chance = SeededRandomness(seed: seed)
        let disk = MemoryFileSystem(randomness: chance)
        let clock = VirtualClock()
        var options = DatabaseOptions()
        options.segmentBytes = 32 << 10
        options.chunkFileBytesMin = 1
        var model = Model()
        for _ in 0..<4 {
            let store = try TestStore(disk, clock, options)
            try model.check(store, seed)
            if chance.next() % 4 != 0 { disk.cutPower(afterBytes: Int(chance.next() % 60_000)) }
            for _ in 0..<60 {
                clock.advance(by: .seconds(15))
                await append(to: store, chance, clock, &model)
                if chance.next() % 20 == 0 {
                    let edge = clock.now() - .seconds(600)
                    model.truncatedBefore = max(model.truncatedBefore, edge.milliseconds)
                    try? store.database.truncate(before: edge)
                }
                if chance.next() % 15 == 0 { try? store.database.maintain() }
                if disk.isDown { break }
            }
            if chance.next() % 3 == 0 { disk.spaceLeft = 0 }
            disk.crash()
            store.database.close()
        }
        let store = try TestStore(disk, clock, options)
        try model.check(store, seed)
        store.database.close()
    }

    private func append(
        to store: TestStore, _ chance: SeededRandomness, _ clock: VirtualClock, _ model: inout Model
    ) async {
        var batch = SampleBatch()
        var sent: [(String, Sample)] = []
        for _ in 0..<1 + chance.next() % 20 {
            let name = "series_\(chance.next() % 40)"
            let late = chance.next() % 10 == 0 ? Int64(chance.next() % 100_000) : 0
            let sample = Sample(
                timestamp: Timestamp(milliseconds: clock.now().milliseconds - late),
                value: Double(chance.next() % 100))
            batch.beginSeries(Labels([(Labels.metricName, name)]))
            batch.append(sample)
            sent.append((name, sample))
        }
        let policy: AppendPolicy = chance.next() % 2 == 0 ? .wholeOrNothing : .keepValid
        do {
            let outcome = try await store.database.append(batch, policy: policy)
            if policy == .wholeOrNothing, outcome.refusedSamples > 0 { return }
            let refused = Set(outcome.refusals.map(\.entry))
            for (entry, (name, sample)) in sent.enumerated() where !refused.contains(entry) {
                model.acknowledged[name, default: [:]][sample.timestamp.milliseconds] = sample.value
            }
        } catch {
            for (name, sample) in sent {
                model.unanswered[name, default: [:]][sample.timestamp.milliseconds, default: []].insert(sample.value)
            }
        }
    }

    private struct Model {
        var acknowledged: [String: [Int64: Double]] = [:]
        /// Sent, and not answered or refused because the power went: may be there.
        var unanswered: [String: [Int64: Set<Double>]] = [:]
        var truncatedBefore = Int64.min

        func check(_ store: TestStore, _ seed: UInt64) throws {
            let all = try store.all()
            for (name, samples) in acknowledged {
                let found = Dictionary(
                    uniqueKeysWithValues: (all[name] ?? []).map { ($0.timestamp.milliseconds, $0.value) })
                for (time, value) in samples where time >= truncatedBefore {
                    #expect(found[time] == value, "seed \(seed): \(name) at \(time)")
                }
            }
            for (name, samples) in all {
                var previous = Int64.min
                for sample in samples {
                    let time = sample.timestamp.milliseconds
                    #expect(time > previous, "seed \(seed): \(name) in order")
                    previous = time
                    let isSent =
                        acknowledged[name]?[time] == sample.value
                        || unanswered[name]?[time]?.contains(sample.value) == true
                    #expect(isSent, "seed \(seed): \(name) at \(time) came from nowhere")
                }
            }
        }
    }
}
