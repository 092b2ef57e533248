import Basics
import SignalModel
import TestKit
import Testing

@testable import Logs

@Suite("Metrics from log records over crashes")
struct LogMetricsCrashTests {
    private static let rules = [
        LogMetricRule(
            name: "lines", kind: .counter, filter: .all, labels: [.init(name: "level", field: "log.level")]),
        LogMetricRule(name: "took", kind: .histogram(field: "ms", bounds: [3, 10]), filter: .all),
    ]

    /// The records of some documents, as processing hands them on.
    private static func batch(_ ordinals: ClosedRange<UInt64>) -> LogBatch {
        var batch = LogBatch()
        let index = batch.number(of: "logs-a-default")
        let (level, took) = (batch.number(of: "log.level"), batch.number(of: "ms"))
        for ordinal in ordinals {
            batch.add(level, string: ordinal % 3 == 0 ? "error" : "info")
            batch.add(took, integer: Int64(ordinal % 20))
            batch.endRecord(timestampNanoseconds: Int64(ordinal), sequence: ordinal, index: index)
        }
        return batch
    }

    private static func told(_ metrics: LogMetrics, at seconds: Int64) -> [String: Double] {
        let samples = metrics.cut(at: Timestamp(milliseconds: seconds * 1000)).samples
        return Dictionary(
            uniqueKeysWithValues: samples.entries.map {
                (samples.labels(of: $0).description, samples.samples(of: $0).last!.value)
            })
    }

    /// What is read after a crash begins behind what the store has, in batches that are cut elsewhere.
    @Test("every document is counted once, wherever a crash falls between checkpoint and store", arguments: 1...4)
    func once(seed: UInt64) throws {
        let randomness = SeededRandomness(seed: seed)
        func pick(_ range: ClosedRange<UInt64>) -> UInt64 {
            range.lowerBound + randomness.next() % (range.upperBound - range.lowerBound + 1)
        }
        for _ in 0..<20 {
            let disk = MemoryFileSystem(randomness: randomness)
            var read: UInt64 = 0
            var crashes = 0
            var metrics = LogMetrics(Self.rules)
            func opened() throws -> LogStore {
                let metrics = metrics
                return try LogStore(directory: "logs", fileSystem: disk) { () throws(FileSystemError) in
                    try disk.replace("log-metrics", with: metrics.checkpoint)
                }
            }
            try disk.createDirectory("")
            var store = try opened()
            var now: Int64 = 1
            while read < 200 || crashes < 3 {
                let last = min(read + pick(1...17), read + 17)
                let batch = Self.batch(read + 1...last)
                try metrics.observe(batch, through: last)
                try store.append(batch, through: last)
                read = last
                now += 1
                switch pick(0...6) {
                case 0: try store.flush()
                case 1:
                    try disk.replace(
                        "log-metrics", with: metrics.cut(at: Timestamp(milliseconds: now * 1000)).checkpoint)
                case 2:
                    disk.crash()
                    crashes += 1
                    metrics =
                        disk.exists("log-metrics")
                        ? try LogMetrics(
                            Self.rules, checkpoint: try disk.read("log-metrics", bytesMax: 1 << 20))
                        : LogMetrics(Self.rules)
                    store = try opened()
                    #expect(metrics.ordinal >= store.durableOrdinal)
                    read = store.durableOrdinal
                default: break
                }
            }
            // The counters may be ahead of what the store has: the rest is read again.
            if read < metrics.ordinal {
                let rest = Self.batch(read + 1...metrics.ordinal)
                read = metrics.ordinal
                try metrics.observe(rest, through: read)
                try store.append(rest, through: read)
            }
            let expected = LogMetrics(Self.rules)
            try expected.observe(Self.batch(1...read), through: read)
            try #require(Self.told(metrics, at: now + 1) == Self.told(expected, at: 1), "seed \(seed)")
            #expect(try store.snapshot().count(LogQuery()) == Int(read))
        }
    }

    @Test("a series begins with a zero where the cut before stood, again after a crash that may have lost it")
    func starts() throws {
        let metrics = LogMetrics([Self.rules[0]])
        try metrics.observe(Self.batch(1...2), through: 2)
        let first = metrics.cut(at: Timestamp(milliseconds: 60_000))
        func values(_ samples: SampleBatch) -> [[Double]] {
            samples.entries.map { samples.samples(of: $0).map(\.value) }
        }
        #expect(values(first.samples) == [[0, 2]])
        let restored = try LogMetrics([Self.rules[0]], checkpoint: first.checkpoint)
        let again = restored.cut(at: Timestamp(milliseconds: 75_000)).samples
        #expect(values(again) == [[0, 2]])
        #expect(again.samples(of: again.entries.first!).first?.timestamp == Timestamp(milliseconds: 0))
        #expect(values(restored.cut(at: Timestamp(milliseconds: 90_000)).samples) == [[2]])
    }

    @Test("a rule that changed begins anew, its neighbours go on, and a damaged checkpoint is told")
    func changed() throws {
        let metrics = LogMetrics(Self.rules)
        try metrics.observe(Self.batch(1...6), through: 6)
        let checkpoint = metrics.checkpoint
        var other = Self.rules
        other[0].filter = .test(.named("log.level"), .anyOf([.string("error")]))
        let restored = try LogMetrics(other, checkpoint: checkpoint)
        let told = Self.told(restored, at: 100)
        #expect(told["took_count"] == 6 && !told.keys.contains { $0.hasPrefix("lines") })
        restored.replace([other[1]])
        try restored.observe(Self.batch(5...8), through: 8)
        #expect(Self.told(restored, at: 200)["took_count"] == 8)
        for cut in [0, 5, checkpoint.count / 2, checkpoint.count - 1] {
            #expect(throws: CheckpointError.self) {
                _ = try LogMetrics(Self.rules, checkpoint: Array(checkpoint.prefix(cut)))
            }
        }
    }
}
