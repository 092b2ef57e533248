import Basics
import Logging
import SignalModel
import TestKit
import Testing

@testable import Backends

/// Queue, writing and forwarding together, in virtual time.
@Suite("Forwarding to a backend")
struct RemoteStoreTests {
    private static let seed: UInt64 = 9
    private let clock = VirtualClock()
    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 3))

    private func store(_ backend: ScriptedBackend, queueBytes: Int = 1 << 20) throws -> RemoteStore {
        var settings = RemoteStoreSettings(writeURL: "http://far/write?key=secret", queryURL: "http://far")
        settings.queueBytesMax = queueBytes
        return try RemoteStore(
            settings, directory: "/queue", fileSystem: disk, transport: backend, clock: clock,
            randomness: SeededRandomness(seed: Self.seed),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Runs the forwarding beside `body`, and ends it.
    private func running(_ store: RemoteStore, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await store.run() }
            try await body()
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
        }
        await store.close()
    }

    private func until(_ condition: () throws -> Bool) async rethrows {
        while try !condition() { await Task.yield() }
    }

    @Test("samples are durable when they are taken, and arrive in order")
    func order() async throws {
        let backend = ScriptedBackend()
        let store = try store(backend)
        for value in 1...5 { _ = try await store.appender.append(.one(Double(value)), policy: .keepValid) }
        #expect(backend.requests.isEmpty)
        try await running(store) {
            try await until { store.statistics.queue.bytes == 0 }
            #expect(try backend.writtenValues() == [[1, 2, 3, 4, 5]])
            let outcome = try await store.appender.append(.one(6), policy: .wholeOrNothing)
            #expect(outcome.appendedSamples == 1 && outcome.refusedSamples == 0)
            try await until { try backend.writtenValues().last == [6] }
        }
        let statistics = store.statistics
        #expect(statistics.forwarded.samplesSent == 6 && statistics.forwarded.newestSent == Timestamp(seconds: 6))
        #expect(statistics.appended.appendedSamples == 6)
        #expect(backend.requests.allSatisfy { $0.url == "http://far/write?key=secret" })
    }

    @Test("failures are tried again after growing waits, and nothing overtakes")
    func retries() async throws {
        let unreachable = ScriptedBackend.Turn.failure(RemoteFailure(.unreachable, "far: refused"))
        let backend = ScriptedBackend([.answer(500), unreachable, .answer(429, retryAfter: "60")])
        let store = try store(backend)
        _ = try await store.appender.append(.one(1), policy: .keepValid)
        try await running(store) {
            // The same chance as the store's: waits to the millisecond.
            var backoff = SendingBackoff()
            let chance = SeededRandomness(seed: Self.seed)
            for (attempt, asked) in [(1, nil), (2, nil), (3, Duration.seconds(60))] {
                await until { clock.sleeperCount == 1 && backend.requests.count == attempt }
                #expect(store.statistics.forwarded.isFailing)
                if attempt == 1 { _ = try await store.appender.append(.one(2), policy: .keepValid) }
                clock.advance(by: backoff.wait(asked: asked, chance) - .milliseconds(1))
                #expect(clock.sleeperCount == 1)
                clock.advance(by: .milliseconds(1))
            }
            await until { store.statistics.queue.bytes == 0 }
        }
        #expect(try backend.writtenValues() == [[1], [1], [1], [1], [2]])
        #expect(store.statistics.forwarded.samplesRetried == 3 && !store.statistics.forwarded.isFailing)
    }

    @Test("of messages sent together only the bad one is given up")
    func refusals() async throws {
        let backend = ScriptedBackend([
            .answer(400, body: "out of order"), .answer(204), .answer(400, body: "out of order"),
        ])
        let store = try store(backend)
        for value in 1...3 { _ = try await store.appender.append(.one(Double(value)), policy: .keepValid) }
        try await running(store) { await until { store.statistics.queue.bytes == 0 } }
        #expect(try backend.writtenValues() == [[1, 2, 3], [1], [2], [3]])
        #expect(store.statistics.forwarded.samplesSent == 2 && store.statistics.forwarded.samplesFailed == 1)
    }

    /// A batch of these values, a series each.
    private func series(_ values: [Int]) -> SampleBatch {
        var batch = SampleBatch()
        for value in values {
            batch.beginSeries(Labels([(name: "__name__", value: "m"), (name: "n", value: String(value))]))
            batch.append(Sample(timestamp: Timestamp(seconds: Double(value)), value: Double(value)))
        }
        return batch
    }

    @Test("of one message only the bad series is given up")
    func halves() async throws {
        let bad = ScriptedBackend.Turn.answer(400, body: "out of order")
        // All; 1 and 2; 3 to 5; 3; 4 and 5; 4; 5.
        let backend = ScriptedBackend([bad, .answer(204), bad, .answer(204), bad, .answer(503), .answer(204), bad])
        let store = try store(backend)
        _ = try await store.appender.append(series([1, 2, 3, 4, 5]), policy: .keepValid)
        try await running(store) {
            await until { clock.sleeperCount == 1 }
            clock.advance(by: SendingBackoff.first)
            await until { store.statistics.queue.bytes == 0 }
        }
        #expect(
            try backend.writtenValues() == [[1, 2, 3, 4, 5], [1, 2], [3, 4, 5], [3], [4, 5], [4], [4], [5]])
        #expect(store.statistics.forwarded.samplesSent == 4 && store.statistics.forwarded.samplesFailed == 1)
    }

    @Test("a message of bad series only costs a bounded number of requests")
    func hopeless() async throws {
        let backend = ScriptedBackend(then: .answer(422, body: "no"))
        let store = try store(backend)
        _ = try await store.appender.append(series(Array(1...1000)), policy: .keepValid)
        try await running(store) { await until { store.statistics.queue.bytes == 0 } }
        #expect(backend.requests.count == 65)
        #expect(store.statistics.forwarded.samplesSent == 0 && store.statistics.forwarded.samplesFailed == 1000)
    }

    @Test("a restart resumes at the durable position")
    func restart() async throws {
        let first = ScriptedBackend([.answer(204)], then: .silence)
        var store = try store(first)
        _ = try await store.appender.append(.one(1), policy: .keepValid)
        try await running(store) {
            await until { store.statistics.queue.bytes == 0 }
            _ = try await store.appender.append(.one(2), policy: .keepValid)
            await until { first.requests.count == 2 }
            _ = try await store.appender.append(.one(3), policy: .keepValid)
        }
        disk.crash()
        let second = ScriptedBackend()
        store = try self.store(second)
        #expect(store.statistics.queue.bytes > 0)
        try await running(store) { await until { store.statistics.queue.bytes == 0 } }
        // Whether the second was taken is not known: it is sent again.
        #expect(try second.writtenValues().flatMap { $0 }.suffix(2) == [2, 3])
    }

    @Test("a full queue refuses, and takes again when the backend does")
    func full() async throws {
        let backend = ScriptedBackend([.answer(503)])
        let store = try store(backend, queueBytes: 130)
        var taken: [Double] = []
        for value in 1...10 {
            do {
                _ = try await store.appender.append(.one(Double(value)), policy: .keepValid)
                taken.append(Double(value))
            } catch let error as SampleStoreError { #expect(error.code == .unavailable) }
        }
        #expect(taken == [1, 2])
        try await running(store) {
            await until { clock.sleeperCount == 1 }
            clock.advance(by: SendingBackoff.first)
            await until { store.statistics.queue.bytes == 0 }
            _ = try await store.appender.append(.one(11), policy: .keepValid)
            await until { store.statistics.queue.bytes == 0 }
        }
        #expect(try backend.writtenValues().last == [11])
    }

    @Test("what cannot be made durable is not taken")
    func disk() async throws {
        let store = try store(ScriptedBackend())
        disk.failSyncs(1)
        await #expect(throws: SampleStoreError.self) {
            try await store.appender.append(.one(1), policy: .keepValid)
        }
        #expect(store.statistics.appended.failures == 1 && store.statistics.queue.bytes == 0)
        await store.close()
    }

    @Test("after the end nothing is taken, and nobody waits for an answer")
    func closed() async throws {
        let store = try store(ScriptedBackend())
        await store.close()
        for _ in 0..<3 {
            let error = await #expect(throws: SampleStoreError.self) {
                try await store.appender.append(.one(1), policy: .keepValid)
            }
            #expect(error?.code == .unavailable)
        }
    }

    @Test("large batches are cut between series")
    func cutting() throws {
        var batch = SampleBatch()
        for number in 0..<12_001 {
            batch.beginSeries(Labels([(name: "__name__", value: "m"), (name: "n", value: String(number))]))
            batch.append(Sample(timestamp: Timestamp(milliseconds: Int64(number)), value: Double(number)))
        }
        let records = RemoteAppender.records(batch)
        #expect(records.map(\.samples) == [5000, 5000, 2001])
        #expect(records.map(\.newest.milliseconds) == [4999, 9999, 12_000])
        let values = try records.flatMap { try ScriptedBackend.values($0.payload) }
        #expect(values.count == 12_001)
        #expect(zip(values, 0...).allSatisfy { $0 == Double($1) })
    }
}
