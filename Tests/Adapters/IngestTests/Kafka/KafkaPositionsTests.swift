import Basics
import Pipeline
import TestKit
import Testing

@testable import Ingest

@Suite("How far topics are read")
struct KafkaPositionsTests {
    private typealias Key = KafkaPositions.Key

    private func key(_ partition: Int32, cluster: String = "c", group: String = "g") -> Key {
        Key(cluster: cluster, group: group, topic: "logs", partition: partition)
    }

    private func queue(_ disk: MemoryFileSystem) throws -> DocumentQueue {
        var options = DocumentQueueOptions()
        // A document a segment, so that trimming leaves nothing of what is trimmed.
        options.segmentBytes = 1
        return try DocumentQueue(directory: "/q", fileSystem: disk, clock: VirtualClock(), options: options)
    }

    private func positions(_ disk: MemoryFileSystem, _ queue: DocumentQueue) throws -> KafkaPositions {
        try KafkaPositions(path: "/kafka", disk: disk, queue: queue)
    }

    private func append(_ next: [Key: Int64], _ positions: KafkaPositions, _ queue: DocumentQueue) throws {
        var batch = DocumentBatch()
        batch.append(QueuedDocument(operation: .create, index: "i", source: Array("{}".utf8)))
        batch.noteLast(KafkaPositions.note(next))
        positions.begin(at: queue.nextOrdinal)
        let ordinals = try queue.appendAndWait(batch, receivedAt: 0)
        positions.end(next, below: ordinals.upperBound)
    }

    @Test("a document and its position are durable together, whatever became of the file")
    func together() throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        var queue = try queue(disk)
        var positions = try positions(disk, queue)
        try append([key(0): 10, key(1): 20], positions, queue)
        try append([key(0): 11], positions, queue)
        queue.close()
        disk.crash()
        queue = try self.queue(disk)
        positions = try self.positions(disk, queue)
        #expect(positions.next(key(0)) == 11 && positions.next(key(1)) == 20)
        #expect(positions.next(key(0, cluster: "other")) == nil && positions.next(key(0, group: "other")) == nil)
        queue.close()
    }

    @Test("what the queue has forgotten is in the file")
    func trimmed() throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        var queue = try queue(disk)
        var positions = try positions(disk, queue)
        for offset in 1...20 { try append([key(Int32(offset % 2)): Int64(offset)], positions, queue) }
        queue.trim(below: try positions.store())
        try append([key(1): 21], positions, queue)
        queue.close()
        disk.crash()
        queue = try self.queue(disk)
        #expect(queue.statistics.ordinals.lowerBound > 10)
        positions = try self.positions(disk, queue)
        #expect(positions.next(key(0)) == 20 && positions.next(key(1)) == 21)
        queue.close()
    }

    @Test("documents of an append that is under way are not forgotten before their positions are in the file")
    func underWay() throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        let queue = try queue(disk)
        let positions = try positions(disk, queue)
        #expect(try positions.store() == UInt64.max)
        positions.begin(at: 7)
        #expect(try positions.store() == 7)
        positions.end([:], below: nil)
        #expect(try positions.store() == UInt64.max && !disk.exists("/kafka"))
        queue.close()
    }

    @Test("a damaged file is told, and the queue's notes count")
    func damaged() throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        var queue = try queue(disk)
        var positions = try positions(disk, queue)
        try append([key(0): 5], positions, queue)
        _ = try positions.store()
        queue.close()
        var bytes = try disk.read("/kafka", bytesMax: 1000)
        bytes[10] ^= 1
        try disk.replace("/kafka", with: bytes)
        queue = try self.queue(disk)
        positions = try self.positions(disk, queue)
        #expect(positions.damage == "the checksum is wrong" && positions.next(key(0)) == 5)
        queue.close()
    }
}
