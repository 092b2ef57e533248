import Basics
import Foundation
import SignalModel
import Synchronization
import TestKit
import Testing

@testable import Backends

@Suite("The queue before a backend")
struct RemoteQueueTests {
    private final class Problems: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
        func note(_ text: String) { texts.withLock { $0.append(text) } }
    }

    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 5))
    private let problems = Problems()

    private func open(bytesMax: Int = 1 << 20, segmentBytes: Int = 200) throws -> RemoteQueue {
        try RemoteQueue(
            "/queue", fileSystem: disk, bytesMax: bytesMax, segmentBytes: segmentBytes,
            onProblem: { [problems] in problems.note($0) })
    }

    private func record(_ number: Int, bytes: Int = 30) -> QueueRecord {
        QueueRecord(
            payload: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: bytes), samples: number,
            newest: Timestamp(milliseconds: Int64(number)))
    }

    /// The sample counts of everything that is left, acknowledging as it goes.
    private func drain(_ queue: RemoteQueue, samplesMax: Int = 1) throws -> [Int] {
        var result: [Int] = []
        while let batch = try queue.next(samplesMax: samplesMax, bytesMax: 1 << 20) {
            result += batch.records.map(\.samples)
            queue.acknowledge(try #require(batch.ends.last))
        }
        return result
    }

    @Test("records come back in order over many segments, which go when they are sent")
    func order() throws {
        let queue = try open()
        for number in 1...40 { try queue.append([record(number)]) }
        #expect(try disk.list("/queue").count > 5)
        let first = try #require(try queue.next(samplesMax: 6, bytesMax: 1 << 20))
        #expect(first.records == [record(1), record(2), record(3)])
        #expect(try queue.next(samplesMax: 6, bytesMax: 1 << 20)?.records == first.records)
        #expect(try drain(queue) == Array(1...40))
        #expect(queue.statistics.bytes == 0)
        #expect(try disk.list("/queue").count == 2)
        #expect(problems.all.isEmpty)
    }

    @Test("one record goes whatever it is, more only within the bounds")
    func bounds() throws {
        let queue = try open(segmentBytes: 1 << 20)
        try queue.append([record(50), record(1), record(2, bytes: 500), record(3)])
        #expect(try queue.next(samplesMax: 10, bytesMax: 100)?.records.map(\.samples) == [50])
        #expect(try drain(queue, samplesMax: 5).reduce(0, +) == 56)
    }

    @Test("a start goes on where the acknowledged position is", arguments: 0...10)
    func resumes(sent: Int) throws {
        var queue = try open()
        for number in 1...10 { try queue.append([record(number)]) }
        for _ in 0..<sent {
            queue.acknowledge(try #require(try queue.next(samplesMax: 1, bytesMax: 1)?.ends.last))
        }
        queue = try open()
        try queue.append([record(11)])
        #expect(try drain(queue) == Array(sent + 1...11))
        queue = try open()
        #expect(try drain(queue).isEmpty)
    }

    @Test("what was appended survives any crash, and nothing before the synced position is lost")
    func crashes() throws {
        for seed in UInt64(1)...60 {
            let disk = MemoryFileSystem(randomness: SeededRandomness(seed: seed))
            let chance = SeededRandomness(seed: seed &* 77)
            var (durable, acknowledged, found) = (0, 0, 0)
            for _ in 0..<4 {
                let queue = try RemoteQueue(
                    "/queue", fileSystem: disk, bytesMax: 1 << 20, segmentBytes: 150, onProblem: { _ in })
                // Sent again after a power cut, but never skipped.
                if let batch = try queue.next(samplesMax: 1, bytesMax: 1) {
                    #expect(batch.records[0].samples <= acknowledged + 1, "seed \(seed)")
                }
                disk.cutPower(afterBytes: Int(chance.next() % 1500))
                while !disk.isDown {
                    if chance.next() % 3 > 0 {
                        guard (try? queue.append([record(durable + 1)])) != nil else { break }
                        durable += 1
                    } else if let batch = try? queue.next(samplesMax: 1, bytesMax: 1), let end = batch.ends.last {
                        queue.acknowledge(end)
                        if !disk.isDown { acknowledged = max(acknowledged, batch.records[0].samples) }
                    }
                }
                disk.crash()
            }
            let queue = try RemoteQueue(
                "/queue", fileSystem: disk, bytesMax: 1 << 20, segmentBytes: 150, onProblem: { _ in })
            var rest: [Int] = []
            while let batch = try queue.next(samplesMax: 1, bytesMax: 1), let end = batch.ends.last {
                rest.append(batch.records[0].samples)
                queue.acknowledge(end)
            }
            // A record that was written and not told of may be there, and then there twice.
            found = rest.last ?? acknowledged
            #expect(found >= durable, "seed \(seed)")
            #expect(rest.isEmpty || rest[0] <= acknowledged + 1, "seed \(seed): \(rest)")
            #expect(Set(rest).isSuperset(of: (rest.first ?? durable + 1)..<durable + 1), "seed \(seed): \(rest)")
        }
    }

    @Test("a torn last record is cut off and told of", arguments: [1, 7, 19, 20, 30, 49])
    func torn(kept: Int) throws {
        var queue = try open(segmentBytes: 1 << 20)
        try queue.append([record(1)])
        try queue.append([record(2)])
        disk.damage("/queue/00000001") { $0.removeLast(50 - kept) }
        queue = try open(segmentBytes: 1 << 20)
        #expect(problems.all.count == 1 && problems.all[0].contains("00000001: \(kept) bytes after byte 58"))
        try queue.append([record(3)])
        #expect(try drain(queue) == [1, 3])
    }

    @Test("damage in the middle costs its segment's rest, is counted and told of")
    func damaged() throws {
        let queue = try open()
        for number in 1...12 { try queue.append([record(number)]) }
        disk.damage("/queue/00000002") { $0[8 + 50 + 25] ^= 1 }
        #expect(try drain(queue) == [1, 2, 3, 4, 5, 9, 10, 11, 12])
        #expect(queue.statistics.damagedBytes == 150)
        #expect(problems.all.count == 1 && problems.all[0].contains("00000002 is damaged at byte 58"))
    }

    @Test("a full queue refuses with 503's error, and takes again once there is room")
    func full() throws {
        let queue = try open(bytesMax: 120)
        try queue.append([record(1), record(2)])
        let error = #expect(throws: SampleStoreError.self) { try queue.append([record(3)]) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("100 of 120 bytes wait") == true)
        queue.acknowledge(try #require(try queue.next(samplesMax: 1, bytesMax: 1)?.ends.last))
        try queue.append([record(3)])
        #expect(try drain(queue) == [2, 3])
    }

    @Test("a write or sync that fails keeps nothing and spoils nothing")
    func failures() throws {
        let queue = try open(segmentBytes: 1 << 20)
        try queue.append([record(1)])
        disk.failSyncs(1)
        #expect(throws: SampleStoreError.self) { try queue.append([record(2)]) }
        disk.tearNextWrite(after: 13)
        #expect(throws: SampleStoreError.self) { try queue.append([record(3)]) }
        try queue.append([record(4)])
        disk.spaceLeft = 10
        #expect(throws: SampleStoreError.self) { try queue.append([record(5)]) }
        disk.spaceLeft = nil
        try queue.append([record(6)])
        #expect(try drain(queue) == [1, 4, 6])
    }

    @Test("a position that cannot be written is told of once and costs nothing but a second sending")
    func fullDisk() throws {
        let queue = try open(segmentBytes: 1 << 20)
        try queue.append([record(1), record(2), record(3)])
        disk.spaceLeft = 0
        #expect(try drain(queue) == [1, 2, 3])
        #expect(problems.all.count == 1)
        #expect(try drain(try open()) == [1, 2, 3])
    }

    @Test("another version is refused with the file's name")
    func version() throws {
        try open().append([record(1)])
        disk.damage("/queue/00000001") { $0[4] = 2 }
        let error = #expect(throws: SampleStoreError.self) { try open() }
        #expect(error?.code == .corrupt && error?.message.contains("/queue/00000001") == true)
    }

    @Test("positions are begun anew before their file grows large")
    func positions() throws {
        var queue = try open(bytesMax: 1 << 30, segmentBytes: 1 << 20)
        for number in 1...4000 {
            try queue.append([record(number, bytes: 1)])
            queue.acknowledge(try #require(try queue.next(samplesMax: 1, bytesMax: 1)?.ends.last))
        }
        #expect(try disk.size("/queue/acknowledged") <= 64 << 10)
        try queue.append([record(4001)])
        queue = try open(bytesMax: 1 << 30)
        #expect(try drain(queue) == [4001])
    }

    @Test("the files of version 1 are read as they were written")
    func fixture() throws {
        let root = URL(filePath: #filePath).pathComponents.dropLast(6).joined(separator: "/").dropFirst()
        for name in ["00000001", "acknowledged"] {
            let bytes = try Data(contentsOf: URL(filePath: "\(root)/Fixtures/remote-queue/1/\(name)"))
            try disk.createDirectory("/queue")
            try disk.replace("/queue/\(name)", with: Array(bytes))
        }
        let batch = try #require(try open().next(samplesMax: 10, bytesMax: 1 << 20))
        #expect(batch.records.map(\.samples) == [1, 1])
        #expect(batch.records.map(\.newest.milliseconds) == [2000, 3000])
        #expect(try batch.records.flatMap { try ScriptedBackend.values($0.payload) } == [2, 3])
    }
}
