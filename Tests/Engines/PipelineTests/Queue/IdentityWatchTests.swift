import Basics
import TestKit
import Testing

@testable import Pipeline

@Suite("Watching who writes a document")
struct IdentityWatchTests {
    private static func batch(_ identities: [String?], index: String = "logs-a") -> DocumentBatch {
        var batch = DocumentBatch()
        for identity in identities {
            batch.append(
                QueuedDocument(
                    operation: .index, index: index, identity: identity, pipeline: nil, source: Array("{}".utf8)))
        }
        return batch
    }

    private static func queue() throws -> DocumentQueue {
        try DocumentQueue(
            directory: "queue", fileSystem: MemoryFileSystem(randomness: SeededRandomness(seed: 1)),
            clock: VirtualClock())
    }

    @Test("what comes between a look and a write refuses the write, what came before does not")
    func between() throws {
        let queue = try Self.queue()
        defer { queue.close() }
        _ = try queue.appendAndWait(Self.batch(["a"]), receivedAt: 0)
        let watch = try queue.beginWatch()
        let key = IdentityWatch.key(index: "logs-a", identity: "a")
        #expect(queue.ordinals(before: watch) == 1)
        _ = try queue.appendAndWait(Self.batch(["b", nil]), receivedAt: 0)
        _ = try queue.appendAndWait(Self.batch(["a"], index: "logs-b"), receivedAt: 0)
        func write() throws -> Range<UInt64> {
            let answer = Monitor<Result<Range<UInt64>, DocumentQueueError>?>(nil)
            queue.append(
                Self.batch(["a"]), receivedAt: 0, unless: DocumentQueue.Condition(watch, keys: [key])
            ) { result in answer.update { $0 = result } }
            return try answer.wait { $0 }.get()
        }
        #expect(try write() == 4..<5)
        // Its own write is one that came between, for the next.
        let error = #expect(throws: DocumentQueueError.self) { _ = try write() }
        #expect(error?.code == .changed && queue.nextOrdinal == 5)
        queue.endWatch(watch)
        #expect(throws: DocumentQueueError.self) { _ = try write() }
    }

    @Test("there are so many at a time and no more")
    func bounded() throws {
        let queue = try Self.queue()
        defer { queue.close() }
        let watches = try (0..<64).map { _ in try queue.beginWatch() }
        let error = #expect(throws: DocumentQueueError.self) { _ = try queue.beginWatch() }
        #expect(error?.code == .full)
        queue.endWatch(watches[5])
        queue.endWatch(try queue.beginWatch())
    }
}
