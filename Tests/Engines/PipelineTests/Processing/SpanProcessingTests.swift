import Basics
import SignalModel
import Synchronization
import TestKit
import Testing

@testable import Pipeline

@Suite("Processing of spans")
struct SpanProcessingTests {
    let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 4))

    /// Remembers what it was given; what is behind `durableOrdinal` is forgotten by a crash.
    final class Sink: SpanSink {
        struct State {
            var given: [UInt64] = []
            var durable: UInt64 = 0
            var failures = 0
        }
        let state = Mutex(State())

        func append(_ batch: SpanBatch, through ordinal: UInt64) throws {
            try state.withLock { state in
                if state.failures > 0 {
                    state.failures -= 1
                    throw DocumentQueueError(.unavailable, "no room")
                }
                #expect(batch.spans.map(\.id) == [ordinal])
                state.given.append(ordinal)
            }
        }

        var durableOrdinal: UInt64 { state.withLock { $0.durable } }
        var given: [UInt64] { state.withLock { $0.given } }

        func crash(durable: UInt64) {
            state.withLock { state in
                state.durable = durable
                state.given.removeAll { $0 > durable }
            }
        }
    }

    private func document(_ number: UInt64) -> DocumentBatch {
        var batch = SpanBatch()
        let resource = batch.append(SpanResource(service: 0, environment: 0, version: 0, fields: 0..<0))
        batch.append(
            Span(
                trace: TraceID(high: 1, low: number), id: number, startNanoseconds: 0, name: 0, resource: resource))
        var documents = DocumentBatch()
        batch.encoded().withUnsafeBytes {
            documents.append(.create, index: "", identity: nil, pipeline: nil, source: $0)
        }
        return documents
    }

    private func processing(_ queue: DocumentQueue, _ sinks: [Sink]) -> SpanProcessing {
        let processing = SpanProcessing(queue: queue, sinks: sinks, onProblem: { _ in })
        processing.start()
        return processing
    }

    @Test("after a crash each sink gets each batch once, whatever each had on disk")
    func crash() async throws {
        let (first, second) = (Sink(), Sink())
        var queue = try openQueue(disk, from: 1)
        var running = processing(queue, [first, second])
        for number in 1...20 { _ = try await queue.append(document(UInt64(number)), receivedAt: 1) }
        await running.waitUntilProcessed(20)
        #expect(first.given == Array(1...20) && second.given == first.given)
        queue.close()
        running.stop()
        first.crash(durable: 15)
        second.crash(durable: 7)

        queue = try openQueue(disk, from: 16)
        running = processing(queue, [first, second])
        #expect(running.durableOrdinal == 7)
        _ = try await queue.append(document(21), receivedAt: 1)
        await running.waitUntilProcessed(21)
        #expect(first.given == Array(1...21) && second.given == Array(1...21))
        queue.close()
        running.stop()
    }

    @Test("a sink that fails is asked until it takes the batch; those before it are not asked again")
    func failure() async throws {
        let (first, second) = (Sink(), Sink())
        second.state.withLock { $0.failures = 1 }
        let queue = try openQueue(disk, from: 1)
        let running = processing(queue, [first, second])
        _ = try await queue.append(document(1), receivedAt: 1)
        await running.waitUntilProcessed(1)
        #expect(first.given == [1] && second.given == [1])
        #expect(running.statistics.failures == 1)
        queue.close()
        running.stop()
    }

    @Test("bytes that are no batch are told and passed, and the next one is taken")
    func damage() async throws {
        let sink = Sink()
        let queue = try openQueue(disk, from: 1)
        let problems = Mutex<[String]>([])
        let running = SpanProcessing(queue: queue, sinks: [sink]) { text in problems.withLock { $0.append(text) } }
        running.start()
        var bad = DocumentBatch()
        ([1, 2, 3] as [UInt8]).withUnsafeBytes {
            bad.append(.create, index: "", identity: nil, pipeline: nil, source: $0)
        }
        _ = try await queue.append(bad, receivedAt: 1)
        _ = try await queue.append(document(2), receivedAt: 1)
        await running.waitUntilProcessed(2)
        #expect(sink.given == [2])
        #expect(running.statistics.lost == 1)
        #expect(problems.withLock { $0.first?.contains("cannot be read") } == true)
        queue.close()
        running.stop()
    }
}
