import Basics
import SignalModel
import Synchronization
import TestKit
import Testing

@testable import Pipeline

@Suite("Processing of logs")
struct LogProcessingTests {
    let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 3))
    let sink = RecordingSink()

    private struct Parts {
        var queue: DocumentQueue
        var deadLetters: DeadLetters
        var processing: LogProcessing

        func close() {
            queue.close()
            processing.stop()
            deadLetters.close()
        }
    }

    private func open(_ documents: (any DocumentProcessing)? = nil, deadLetterBytes: Int = 1 << 20) throws -> Parts {
        let queue = try openQueue(disk, from: sink.durableOrdinal + 1)
        let deadLetters = try DeadLetters(
            directory: "/data/dead", fileSystem: disk, clock: VirtualClock(), bytesMax: deadLetterBytes,
            durableOrdinal: sink.durableOrdinal)
        let processing = LogProcessing(
            queue: queue, deadLetters: deadLetters, sink: sink, processing: documents, onProblem: { _ in })
        processing.start(workers: 3)
        return Parts(queue: queue, deadLetters: deadLetters, processing: processing)
    }

    private func letters(_ parts: Parts) throws -> [DeadLetter] {
        var found: [DeadLetter] = []
        try parts.deadLetters.forEach(from: 0) {
            found.append($0)
            return true
        }
        return found
    }

    @Test("three workers, and the store gets everything in the queue's order")
    func order() async throws {
        let parts = try open()
        for number in 0..<200 {
            let size = number % 7 == 0 ? 2000 : 1
            _ = try await parts.queue.append(
                DocumentBatch((0..<size).map { "{\"text\":\"\(number)-\($0)\"}" }), receivedAt: 1)
        }
        await parts.processing.waitUntilProcessed(parts.queue.nextOrdinal - 1)
        let sequences = sink.sequences
        #expect(sequences == Array(1..<parts.queue.nextOrdinal))
        parts.close()
    }

    @Test("a document that cannot be read is a dead letter, its neighbours are stored")
    func deadLetters() async throws {
        let parts = try open()
        _ = try await parts.queue.append(
            DocumentBatch(["{\"text\":\"a\"}", "{\"text\":", "{\"text\":\"c\"}"]), receivedAt: 7)
        await parts.processing.waitUntilProcessed(3)
        #expect(sink.texts == ["a", "c"])
        let found = try letters(parts)
        #expect(found.map(\.ordinal) == [2])
        #expect(found.first?.reason.contains("cannot be read") == true)
        #expect(found.first?.document.source == Array("{\"text\":".utf8))
        parts.close()
    }

    @Test("after a crash what was not durable is processed again, once, and no dead letter is doubled")
    func crash() async throws {
        var parts = try open()
        _ = try await parts.queue.append(
            DocumentBatch(["{\"text\":\"a\"}", "no", "{\"text\":\"b\"}"]), receivedAt: 1)
        await parts.processing.waitUntilProcessed(3)
        sink.flush()
        _ = try await parts.queue.append(DocumentBatch(["{\"text\":\"c\"}", "neither"]), receivedAt: 1)
        await parts.processing.waitUntilProcessed(5)
        parts.close()
        sink.crash()
        disk.crash()
        parts = try open()
        await parts.processing.waitUntilProcessed(5)
        #expect(sink.texts == ["a", "b", "c"])
        #expect(try letters(parts).map(\.ordinal) == [2, 5])
        parts.close()
    }

    @Test("while the store refuses nothing is lost, and it goes on by itself")
    func refusal() async throws {
        sink.state.withLock { $0.failures = 1 }
        let parts = try open()
        _ = try await parts.queue.append(DocumentBatch(["{\"text\":\"a\"}"]), receivedAt: 1)
        await parts.processing.waitUntilProcessed(1)
        #expect(sink.texts == ["a"])
        #expect(parts.processing.statistics.failures == 1)
        parts.close()
    }

    @Test("a batch of dead letters larger than their bound does not hold up what follows")
    func manyAtOnce() async throws {
        let parts = try open(deadLetterBytes: 40_000)
        let sources = (0..<100).map { "\($0) " + String(repeating: "x", count: 900) }
        _ = try await parts.queue.append(
            DocumentBatch(sources + [String(repeating: "y", count: 100_000), "{\"text\":\"a\"}"]), receivedAt: 1)
        await parts.processing.waitUntilProcessed(102)
        #expect(sink.texts == ["a"])
        let kept = try letters(parts)
        #expect(kept.count > 10 && kept.last?.ordinal == 100)
        #expect(parts.deadLetters.statistics.dropped == UInt64(101 - kept.count))
        parts.close()
    }

    @Test("beyond their bound the oldest dead letters go, and are counted")
    func bounded() async throws {
        let parts = try open(deadLetterBytes: 40_000)
        for number in 0..<100 {
            _ = try await parts.queue.append(
                DocumentBatch(["\(number) " + String(repeating: "x", count: 900)]), receivedAt: 1)
        }
        await parts.processing.waitUntilProcessed(100)
        let found = try letters(parts)
        #expect(found.last?.ordinal == 100 && found.count < 60)
        #expect(parts.deadLetters.statistics.dropped == UInt64(100 - found.count))
        parts.close()
    }
}
