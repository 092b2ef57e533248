import Basics
import Pipeline
import TestKit
import Testing

@Suite("Document queue")
struct DocumentQueueTests {
    let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))

    @Test("ordinals follow one another over batches and starts")
    func ordinals() async throws {
        let queue = try openQueue(disk)
        #expect(try await queue.append(DocumentBatch(["a", "b"]), receivedAt: 5) == 0..<2)
        #expect(try await queue.append(DocumentBatch(["c"]), receivedAt: 6) == 2..<3)
        queue.close()
        let again = try openQueue(disk)
        #expect(try await again.append(DocumentBatch(["d"]), receivedAt: 7) == 3..<4)
        #expect(try contents(of: again).map(\.1) == ["a", "b", "c", "d"])
        #expect(try contents(of: again, from: 1).map(\.0) == [1, 2, 3])
        again.close()
    }

    @Test("an ordinal the store knows is not given again when the queue's files are gone")
    func ordinalsWithoutFiles() async throws {
        let queue = try openQueue(disk, from: 100)
        #expect(try await queue.append(DocumentBatch(["a"]), receivedAt: 0) == 100..<101)
        #expect(try contents(of: queue, from: 0).map(\.0) == [100])
        queue.close()
    }

    @Test("every part of a document comes back")
    func parts() async throws {
        let documents = [
            QueuedDocument(operation: .index, index: "a", identity: "1", pipeline: "p", source: Array("{}".utf8)),
            QueuedDocument(operation: .create, index: "a", pipeline: "p", source: Array("{\"x\":1}".utf8)),
            QueuedDocument(operation: .delete, index: "a", identity: "", source: []),
            QueuedDocument(operation: .update, index: "b", identity: "2", source: [0xff, 0]),
        ]
        var batch = DocumentBatch()
        for document in documents { batch.append(document) }
        var options = DocumentQueueOptions()
        options.recentBytesMax = 0
        let queue = try openQueue(disk, options)
        _ = try await queue.append(batch, receivedAt: 42)
        var reader = queue.reader(from: 0)
        let record = try #require(try reader.next())
        var found: [QueuedDocument] = []
        try record.documents.forEach { found.append($0.document) }
        #expect(found == documents)
        #expect(record.receivedAt == 42)
        queue.close()
    }

    @Test("what has no room is refused whole, and taken once room is made")
    func full() async throws {
        var options = DocumentQueueOptions()
        options.bytesMax = 2_000
        options.segmentBytes = 500
        let queue = try openQueue(disk, options)
        let big = String(repeating: "x", count: 400)
        var taken = 0
        var refusal: DocumentQueueError?
        while refusal == nil {
            do throws(DocumentQueueError) {
                _ = try await queue.append(DocumentBatch([big]), receivedAt: 0)
                taken += 1
            } catch { refusal = error }
        }
        #expect(refusal?.code == .full)
        #expect(try contents(of: queue).count == taken)
        queue.trim(below: 2)
        #expect(try await queue.append(DocumentBatch([big]), receivedAt: 0) == UInt64(taken)..<UInt64(taken + 1))
        await #expect(throws: DocumentQueueError.self) {
            try await queue.append(DocumentBatch([String(repeating: "x", count: 3_000)]), receivedAt: 0)
        }
        queue.close()
    }

    @Test("a queue smaller than a segment has room again once everything was processed")
    func small() async throws {
        var options = DocumentQueueOptions()
        options.bytesMax = 4_000
        let queue = try openQueue(disk, options)
        for _ in 0..<30 {
            let ordinals = try await queue.append(
                DocumentBatch([String(repeating: "x", count: 700)]), receivedAt: 0)
            queue.trim(below: ordinals.upperBound)
        }
        #expect(queue.statistics.bytes <= 1_000)
        queue.close()
    }

    @Test("trimming keeps what is at and above the ordinal")
    func trim() async throws {
        var options = DocumentQueueOptions()
        options.segmentBytes = 100
        options.recentBytesMax = 0
        let queue = try openQueue(disk, options)
        for number in 0..<20 {
            _ = try await queue.append(DocumentBatch(["document \(number)"]), receivedAt: 0)
        }
        queue.trim(below: 11)
        let left = try contents(of: queue)
        #expect(left.first.map { $0.0 <= 11 } == true && left.last?.0 == 19)
        #expect(queue.statistics.ordinals.lowerBound > 5)
        queue.close()
    }

    @Test("a full disk refuses, keeps what there was, and takes again once there is room")
    func noSpace() async throws {
        let queue = try openQueue(disk)
        _ = try await queue.append(DocumentBatch(["a"]), receivedAt: 0)
        disk.spaceLeft = 10
        await #expect(throws: DocumentQueueError.self) {
            try await queue.append(DocumentBatch(["b"]), receivedAt: 0)
        }
        disk.spaceLeft = nil
        #expect(try await queue.append(DocumentBatch(["c"]), receivedAt: 0) == 1..<2)
        queue.close()
        let again = try openQueue(disk)
        #expect(try contents(of: again).map(\.1) == ["a", "c"])
        again.close()
    }

    @Test("damage in the middle costs the rest of its segment and is counted")
    func damage() async throws {
        var options = DocumentQueueOptions()
        options.segmentBytes = 100
        options.recentBytesMax = 0
        let queue = try openQueue(disk, options)
        for number in 0..<10 {
            _ = try await queue.append(DocumentBatch(["document \(number)"]), receivedAt: 0)
        }
        disk.damage("/data/queue/0000000001") { $0[$0.count - 1] ^= 1 }
        var reader = queue.reader(from: 0)
        var read = 0
        while let record = try reader.next() { read += record.documents.count }
        #expect(reader.lostDocuments == 1 && read == 9)
        queue.close()
    }

    @Test("another version is refused with the file's name")
    func version() throws {
        try openQueue(disk).close()
        try disk.replace("/data/queue/0000000001", with: Array("SBXD".utf8) + [9] + [UInt8](repeating: 0, count: 20))
        #expect { try openQueue(disk) } throws: { "\($0)".contains("0000000001: version 9") }
    }
}
