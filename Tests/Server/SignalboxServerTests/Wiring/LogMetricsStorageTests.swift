import Basics
import Logging
import Logs
import SignalModel
import TestKit
import Testing

@testable import SignalboxServer

@Suite("The checkpoint of metrics from logs")
struct LogMetricsStorageTests {
    private struct Appender: SampleAppender {
        func append(_ batch: SampleBatch, policy: AppendPolicy) async throws -> AppendOutcome {
            throw FileSystemError(code: .noSpace, operation: "append", path: "", message: "full")
        }
    }

    private static func storage(_ disk: MemoryFileSystem, bytesMax: Int) throws -> LogMetricsStorage {
        try LogMetricsStorage(
            [LogMetricRule(name: "a", kind: .counter, filter: .all)], path: "metrics", disk: disk,
            appender: Appender(), clock: VirtualClock(), logger: Logger(label: "test"), checkpointBytesMax: bytesMax)
    }

    @Test("one that is too large or damaged does not keep the server from starting: counting begins anew")
    func unreadable() throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        try disk.replace("metrics", with: [UInt8](repeating: 1, count: 5000))
        for bytesMax in [4999, 5000] {
            let storage = try Self.storage(disk, bytesMax: bytesMax)
            #expect(storage.metrics.ordinal == 0 && storage.metrics.rules.count == 1)
        }
    }

    @Test("one that no start would read is not written, and does not hold up the store of logs")
    func notWritten() throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        for (bytesMax, isKept) in [(1000, true), (60, false)] {
            let storage = try Self.storage(disk, bytesMax: bytesMax)
            var batch = LogBatch()
            let index = batch.number(of: "logs-a-default")
            batch.endRecord(timestampNanoseconds: 1, sequence: 1, index: index)
            try storage.metrics.observe(batch, through: 1)
            try storage.keep()
            let count = storage.metrics.cut(at: Timestamp(milliseconds: 1000)).samples.entries.count
            #expect(isKept ? count == 1 : count == 0)
            #expect(try Self.storage(disk, bytesMax: 1000).metrics.ordinal == 1)
            try disk.remove("metrics")
        }
    }
}
