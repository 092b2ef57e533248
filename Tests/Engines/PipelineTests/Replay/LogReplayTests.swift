import Basics
import SignalModel
import Synchronization
import TestKit
import Testing
import WireFormats

@testable import Pipeline

@Suite("Documents of the queue are processed again")
struct LogReplayTests {
    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 3))
    private let sink = ReplayedSink()
    private let clock = VirtualClock()

    /// Puts its version before a text; what it is told to drop or refuse it does.
    private final class Versions: DocumentProcessing {
        let version = Mutex(1)
        /// Whoever processes waits.
        let isHeld = Monitor(false)

        func isProcessed(index: String, pipeline: String?) -> Bool { true }

        func process(_ document: QueuedDocument, ordinal: UInt64, receivedAt: Int64) -> ProcessedDocument {
            isHeld.wait { $0 ? nil : () }
            let version = version.withLock { $0 }
            let text = String(decoding: document.source, as: UTF8.self)
            if text.contains("drop\(version)") { return .dropped }
            if text.contains("fail\(version)") { return .failed(reason: "version \(version)") }
            guard let object = try? DocumentReader.object(Array("{\"t\":\"v\(version)\"}".utf8)) else {
                return .failed(reason: "no object")
            }
            return .changed(object, index: document.index, identity: nil)
        }
    }

    private struct Parts {
        var queue: DocumentQueue
        var deadLetters: DeadLetters
        var processing: LogProcessing
        var replay: LogReplay

        /// Until there is nothing more to do at once.
        func run() throws -> LogReplay.Step {
            while true {
                let step = try replay.step()
                guard case .more = step else { return step }
            }
        }

        func close() {
            queue.close()
            processing.stop()
            deadLetters.close()
        }
    }

    private let versions = Versions()

    private func open(keptBytesMax: Int = 1 << 20) throws -> Parts {
        var options = DocumentQueueOptions()
        options.segmentBytes = 1
        options.keptBytesMax = keptBytesMax
        options.recentBytesMax = 0
        let queue = try DocumentQueue(
            directory: "/data/queue", fileSystem: disk, clock: clock, options: options,
            nextOrdinalMin: sink.durableOrdinal + 1)
        let deadLetters = try DeadLetters(
            directory: "/data/dead", fileSystem: disk, clock: clock, bytesMax: 1 << 20,
            durableOrdinal: sink.durableOrdinal)
        let processing = LogProcessing(
            queue: queue, deadLetters: deadLetters, sink: sink, processing: versions, onProblem: { _ in })
        let replay = try LogReplay(
            queue: queue, processing: processing, deadLetters: deadLetters, sink: sink, documents: versions,
            path: "/data/replay", fileSystem: disk, clock: clock, onProblem: { _ in })
        processing.start(workers: 3)
        return Parts(queue: queue, deadLetters: deadLetters, processing: processing, replay: replay)
    }

    /// Sends them one by one, and waits until they are processed and durable.
    private func send(_ texts: [String], index: String = "logs-app-default", to parts: Parts) async throws {
        for text in texts {
            _ = try await parts.queue.append(DocumentBatch(["{\"t\":\"\(text)\"}"], index: index), receivedAt: 1)
        }
        await parts.processing.waitUntilProcessed(parts.queue.nextOrdinal - 1)
        sink.flush()
        parts.queue.trim(below: sink.durableOrdinal + 1)
    }

    @Test("from a document on, by the pipelines as they are now")
    func again() async throws {
        let parts = try open()
        try await send(["a", "drop1", "fail1", "b", "drop2", "fail2"], to: parts)
        #expect(sink.texts == [1: "v1", 4: "v1", 5: "v1", 6: "v1"])
        versions.version.withLock { $0 = 2 }
        try await send(["c"], to: parts)
        try parts.replay.begin(from: 2, indices: [], by: "anna")
        #expect(try parts.run() == .idle)
        #expect(sink.texts == [1: "v1", 2: "v2", 3: "v2", 4: "v2", 6: "v1", 7: "v2"])
        let progress = try #require(parts.replay.progress)
        #expect(progress.state == .done && progress.next == 8 && progress.startedBy == "anna")
        var counts = ReplayCounts(replaced: 2, added: 2, removed: 1, superseded: 0)
        counts.failed = 1
        counts.documents = 6
        #expect(progress.counts == counts)
        parts.close()
    }

    @Test("only what was sent to some indices")
    func indices() async throws {
        let parts = try open()
        try await send(["a"], index: "logs-nginx-default", to: parts)
        try await send(["b"], index: "logs-app-default", to: parts)
        try await send(["c"], index: "logs-nginx-test", to: parts)
        versions.version.withLock { $0 = 2 }
        try parts.replay.begin(from: nil, indices: ["logs-nginx-*", "-*-test"], by: "anna")
        _ = try parts.run()
        #expect(sink.texts == [1: "v2", 2: "v1", 3: "v1"])
        #expect(parts.replay.progress?.counts.documents == 1)
        parts.close()
    }

    @Test("what fails again for the same reason has one dead letter, for another a second")
    func letters() async throws {
        let parts = try open()
        try await send(["fail1", "fail1 fail2"], to: parts)
        func ordinals() throws -> [UInt64] {
            var found: [UInt64] = []
            try parts.deadLetters.forEach(from: 0) {
                found.append($0.ordinal)
                return true
            }
            return found
        }
        #expect(try ordinals() == [1, 2])
        for _ in 0..<2 {
            try parts.replay.begin(from: 1, indices: [], by: "anna")
            _ = try parts.run()
            #expect(try ordinals() == [1, 2])
        }
        versions.version.withLock { $0 = 2 }
        try parts.replay.begin(from: 1, indices: [], by: "anna")
        _ = try parts.run()
        #expect(try ordinals() == [1, 2, 2])
        #expect(parts.replay.takeOvertakenLetters() == [1], "the first failed no more")
        #expect(parts.replay.takeOvertakenLetters().isEmpty)
        #expect(sink.texts == [1: "v2"])
        parts.close()
    }

    @Test("it refuses what it cannot do, and says what it can")
    func refusals() async throws {
        let parts = try open()
        func refusal(_ from: UInt64?) -> ReplayError? {
            #expect(throws: ReplayError.self) { try parts.replay.begin(from: from, indices: [], by: "") }
        }
        #expect(refusal(nil)?.description == "nothing is kept that could be processed again")
        #expect(throws: ReplayError.self) { try parts.replay.stop() }
        try await send(["a", "b", "c"], to: parts)
        for ordinal in [0, 4] as [UInt64] {
            let error = try #require(refusal(ordinal))
            #expect(error.code == .outOfRange)
            #expect(error.description == "documents 1 to 3 can be processed again, not \(ordinal)")
        }
        sink.state.withLock { $0.first = 3 }
        #expect(refusal(2)?.description == "documents 3 to 3 can be processed again, not 2")
        try parts.replay.begin(from: 3, indices: [], by: "")
        #expect(refusal(3)?.code == .conflict)
        parts.close()
    }

    @Test("stopped it keeps what it did, and can begin anew")
    func stopping() async throws {
        let parts = try open()
        try await send(["a"], to: parts)
        try parts.replay.begin(from: 1, indices: [], by: "")
        try parts.replay.stop()
        #expect(try parts.run() == .idle)
        #expect(parts.replay.progress?.state == .stopped)
        #expect(parts.replay.progress?.next == 1)
        try parts.replay.begin(from: 1, indices: [], by: "")
        #expect(try parts.run() == .idle)
        #expect(parts.replay.progress?.state == .done)
        parts.close()
    }

    @Test("a sink that refuses is asked again, and every document comes")
    func refusedBySink() async throws {
        let parts = try open()
        try await send(["a", "b"], to: parts)
        versions.version.withLock { $0 = 2 }
        sink.state.withLock { $0.failures = 1 }
        try parts.replay.begin(from: 1, indices: [], by: "")
        #expect(throws: ReplayedSink.Refused.self) { try parts.run() }
        #expect(try parts.run() == .idle)
        #expect(sink.texts == [1: "v2", 2: "v2"])
        #expect(parts.replay.progress?.counts.replaced == 2)
        parts.close()
    }

    /// Six megabytes: three steps.
    private static let large = (0..<60).map { "\($0) " + String(repeating: "x", count: 100_000) }

    @Test("killed it goes on from what was durable, and the queue has kept that")
    func crash() async throws {
        var parts = try open(keptBytesMax: 8 << 20)
        try await send(Self.large, to: parts)
        versions.version.withLock { $0 = 2 }
        try parts.replay.begin(from: 1, indices: [], by: "anna")
        guard case .more = try parts.replay.step() else {
            Issue.record("one step did all")
            return
        }
        let next = try #require(parts.replay.progress?.next)
        #expect(next > 10 && next < 30)
        parts.close()
        disk.crash()
        sink.crash()
        parts = try open(keptBytesMax: 8 << 20)
        #expect(parts.replay.progress?.next == 1, "nothing was flushed")
        #expect(sink.texts.values.allSatisfy { $0 == "v1" })
        _ = try parts.replay.step()
        // Slow: it is flushed for the time that went by.
        clock.advance(by: .seconds(10))
        _ = try parts.replay.step()
        let flushed = try #require(parts.replay.progress?.next)
        parts.close()
        disk.crash()
        sink.crash()
        parts = try open(keptBytesMax: 8 << 20)
        #expect(parts.replay.progress?.next == flushed && flushed > 30 && flushed < 60)
        #expect(try parts.run() == .idle)
        #expect(sink.texts.count == 60 && sink.texts.values.allSatisfy { $0 == "v2" })
        #expect(parts.replay.progress?.counts.replaced == 60)
        parts.close()
    }

    @Test("what is kept no longer is passed over and counted; what is not durable yet stays")
    func passedOver() async throws {
        let parts = try open(keptBytesMax: 6_500_000)
        try await send(Self.large, to: parts)
        versions.version.withLock { $0 = 2 }
        try parts.replay.begin(from: 1, indices: [], by: "anna")
        _ = try parts.replay.step()
        let next = try #require(parts.replay.progress?.next)
        try await send(Array(Self.large.prefix(30)), to: parts)
        #expect(parts.queue.kept.ordinals.lowerBound == 1, "pinned")
        #expect(try parts.run() == .idle)
        parts.queue.trim(below: 91)
        #expect(parts.queue.kept.ordinals.lowerBound > next)
        let progress = try #require(parts.replay.progress)
        #expect(progress.passedOver == parts.queue.kept.ordinals.lowerBound - next)
        #expect(progress.counts.replaced + progress.passedOver == 60)
        parts.close()
    }

    @Test("what comes is more urgent")
    func waiting() async throws {
        let parts = try open()
        try await send(["a"], to: parts)
        try parts.replay.begin(from: 1, indices: [], by: "")
        versions.isHeld.update { $0 = true }
        _ = try await parts.queue.append(
            DocumentBatch([String](repeating: "{}", count: 21_000)), receivedAt: 1)
        let step = try parts.replay.step()
        versions.isHeld.update { $0 = false }
        #expect(step == .later)
        #expect(parts.replay.progress?.counts.documents == 0)
        await parts.processing.waitUntilProcessed(21_001)
        #expect(try parts.run() == .idle)
        #expect(parts.replay.progress?.counts.documents == 1)
        parts.close()
    }

    @Test("a file that is damaged is told, and nothing goes on")
    func damage() async throws {
        var parts = try open()
        try await send(["a"], to: parts)
        try parts.replay.begin(from: 1, indices: ["logs-*"], by: "anna")
        let progress = try #require(parts.replay.progress)
        #expect(try ReplayProgress(progress.bytes) == progress)
        for index in progress.bytes.indices {
            var bytes = progress.bytes
            bytes[index] ^= 1
            #expect(throws: CheckpointError.self) { try ReplayProgress(bytes) }
        }
        parts.close()
        disk.damage("/data/replay") { $0[20] ^= 1 }
        let told = Mutex("")
        parts = try open()
        let again = try LogReplay(
            queue: parts.queue, processing: parts.processing, deadLetters: parts.deadLetters, sink: sink,
            documents: versions, path: "/data/replay", fileSystem: disk, clock: clock,
            onProblem: { reason in told.withLock { $0 = reason } })
        #expect(again.progress == nil)
        #expect(told.withLock { $0 }.contains("/data/replay"))
        parts.close()
    }
}
