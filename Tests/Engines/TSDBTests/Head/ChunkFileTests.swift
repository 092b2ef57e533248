import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("Chunks in files")
struct ChunkFileTests {
    private let clock = VirtualClock()
    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
    private let folder = TestStore.directory + "/head"

    private func open(bytesMin: Int = 1) throws -> TestStore {
        var options = DatabaseOptions()
        options.chunkFileBytesMin = bytesMin
        options.outOfOrderWindow = .seconds(1800)
        return try TestStore(disk, clock, options)
    }

    /// Fifteen seconds apart; floats of every kind and whole histograms.
    private func fill(_ store: TestStore, scrapes: Int, _ chance: SeededRandomness) async throws {
        var cases = HistogramCases(seed: chance.next())
        for _ in 0..<scrapes {
            clock.advance(by: .seconds(15))
            let time = clock.now()
            var batch = SampleBatch()
            for series in 0..<9 where chance.next() % 20 != 0 {
                batch.beginSeries(Labels([(Labels.metricName, "m"), ("series", "\(series)")]))
                if series == 8, let histogram = cases.next(.whole, of: "8") {
                    batch.append(histogram, at: time)
                } else {
                    let isLate = chance.next() % 50 == 0
                    let value = series < 4 ? Double(chance.next() % 100) : Double(bitPattern: chance.next())
                    batch.append(Sample(timestamp: isLate ? time - .seconds(601) : time, value: value))
                }
            }
            _ = try await store.database.append(batch, policy: .keepValid)
        }
    }

    /// Times and bits, so that NaNs compare, with the histograms beside them.
    private func content(_ store: TestStore) throws -> [String: [String]] {
        var result: [String: [String]] = [:]
        for series in try store.database.select([], from: .distantPast, through: .distantFuture, sorted: true) {
            var buffer = SampleBuffer()
            try series.read(from: .distantPast, through: .distantFuture, into: &buffer)
            result[series.labels.description] = buffer.lines
        }
        return result
    }

    private func chunks(_ store: TestStore) -> (inFiles: Int, onHeap: Int) {
        var counts = (inFiles: 0, onHeap: 0)
        for shard in store.database.head.shards {
            for slot in 0..<shard.slab.slotCount {
                for chunk in shard.slab.record(at: slot)?.pointee.finished ?? [] {
                    if chunk.isOnHeap { counts.onHeap += 1 } else { counts.inFiles += 1 }
                }
            }
        }
        return counts
    }

    @Test(
        "what was said is there, whichever chunks lie in files, after restarts, deletions and blocks",
        arguments: 0..<5)
    func same(seed: UInt64) async throws {
        let chance = SeededRandomness(seed: seed)
        var store = try open()
        for _ in 0..<12 {
            try await fill(store, scrapes: 20 + Int(chance.next() % 150), chance)
            let before = try content(store)
            try store.database.maintain()
            #expect(chunks(store).onHeap == 0)
            #expect(try content(store) == before)
            switch chance.next() % 4 {
            case 0:
                try store.database.keepSnapshot()
                store.database.close()
                store = try open()
                #expect(store.database.replayReport.warnings.isEmpty)
                #expect(try content(store) == before)
            case 1:
                let from = clock.now() - .seconds(Double(chance.next() % 6000))
                let through = from + .seconds(Double(chance.next() % 1200))
                try store.database.delete([try Matcher("series", .matches, "[3-8]")], from: from, through: through)
                let left = try content(store)
                try store.database.maintain()
                #expect(try content(store) == left)
            default: break
            }
        }
        #expect(try disk.list(folder).allSatisfy { LogFormat.segmentNumber($0) != nil })
        store.database.close()
    }

    @Test("less than the least size stays in memory")
    func little() async throws {
        let store = try open(bytesMin: 1 << 20)
        try await fill(store, scrapes: 200, SeededRandomness(seed: 1))
        try store.database.maintain()
        #expect(chunks(store).inFiles == 0 && chunks(store).onHeap > 0)
        store.database.close()
    }

    @Test("a full disk leaves chunks in memory, and space brings them to files", arguments: [0, 100, 2000])
    func full(left: Int) async throws {
        let store = try open()
        try await fill(store, scrapes: 250, SeededRandomness(seed: 2))
        let before = try content(store)
        disk.spaceLeft = left
        let error = #expect(throws: SampleStoreError.self) { try store.database.maintain() }
        #expect(error?.code == .unavailable)
        #expect(chunks(store).inFiles == 0 && chunks(store).onHeap > 0)
        #expect(try content(store) == before)
        disk.spaceLeft = nil
        try store.database.maintain()
        #expect(chunks(store).inFiles > 0 && chunks(store).onHeap == 0)
        #expect(try content(store) == before)
        store.database.close()
    }

    @Test("what a crash left half written is cleared away")
    func leftover() async throws {
        let store = try open()
        try disk.createDirectory(folder)
        let file = try disk.openForAppending(folder + "/chunks.tmp")
        try file.append([1, 2, 3])
        file.close()
        try await fill(store, scrapes: 250, SeededRandomness(seed: 3))
        let before = try content(store)
        try store.database.maintain()
        #expect(try content(store) == before)
        #expect(!disk.exists(folder + "/chunks.tmp"))
        store.database.close()
    }

    @Test("samples come and are read while chunks move, on a real disk")
    func concurrent() async throws {
        let directory = try TemporaryDirectory()
        var options = DatabaseOptions()
        options.chunkFileBytesMin = 1
        let database = try TimeSeriesDatabase.open(
            directory: directory.path, fileSystem: PosixFileSystem(), clock: clock, options: options)
        let start = clock.now().milliseconds
        let scrapes: Int64 = 1200
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for step in 0..<scrapes {
                    var batch = SampleBatch()
                    for series in 0..<20 {
                        batch.beginSeries(Labels([(Labels.metricName, "s\(series)")]))
                        batch.append(Sample(timestamp: Timestamp(milliseconds: start + step), value: Double(step)))
                    }
                    _ = try await database.append(batch, policy: .wholeOrNothing)
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    var least = 0
                    while least < 20 * Int(scrapes) {
                        var total = 0
                        for series in try database.select(
                            [], from: .distantPast, through: .distantFuture, sorted: false)
                        {
                            var buffer = SampleBuffer()
                            try series.read(from: .distantPast, through: .distantFuture, into: &buffer)
                            for (place, time) in buffer.timestamps.enumerated() {
                                #expect(time == start + Int64(place))
                            }
                            total += buffer.count
                        }
                        #expect(total >= least)
                        least = total
                        try database.maintain()
                        await Task.yield()
                    }
                }
            }
            try await group.waitForAll()
        }
        database.close()
    }

    @Test("times too far apart for one chunk come in several", arguments: [false, true])
    func far(isHistogram: Bool) {
        var cases = HistogramCases(seed: 1)
        var samples = SampleBuffer()
        for time in [Int64.min, -1 << 62, -1, 0, 1 << 61, 1 << 62, .max - 1, .max] {
            if isHistogram, let one = cases.next(.whole, of: "s") { samples.append(time, one) }
            if !isHistogram { samples.append(time, Double(time)) }
        }
        var decoded = SampleBuffer()
        for chunk in EncodedChunk.encode(samples) {
            #expect(chunk.minTime <= chunk.maxTime)
            #expect(chunk.append(from: chunk.minTime, through: chunk.maxTime, to: &decoded))
        }
        #expect(decoded.lines == samples.lines)
    }
}
