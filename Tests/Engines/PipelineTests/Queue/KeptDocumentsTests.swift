import Basics
import Pipeline
import TestKit
import Testing

@Suite("What is done stays in the queue for who reads it again")
struct KeptDocumentsTests {
    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 3))
    private let clock = VirtualClock()

    /// A segment a batch.
    private func open(_ keptBytesMax: Int, _ change: (inout DocumentQueueOptions) -> Void = { _ in }) throws
        -> DocumentQueue
    {
        var options = DocumentQueueOptions()
        options.segmentBytes = 1
        options.recentBytesMax = 0
        options.keptBytesMax = keptBytesMax
        change(&options)
        return try DocumentQueue(directory: "/data/queue", fileSystem: disk, clock: clock, options: options)
    }

    private static func text(_ number: Int) -> String { "\(number) " + String(repeating: "x", count: 900) }

    private func fill(_ queue: DocumentQueue, _ numbers: Range<Int>) throws {
        for number in numbers {
            clock.advance(by: .seconds(60))
            _ = try queue.appendAndWait(
                DocumentBatch([Self.text(number)]), receivedAt: clock.now().milliseconds * 1_000_000)
        }
    }

    @Test("as much as is asked for, the newest, over a start")
    func size() throws {
        var queue = try open(5_000)
        try fill(queue, 0..<20)
        #expect(queue.kept.ordinals.isEmpty && queue.kept.bytes == 0)
        queue.trim(below: 18)
        #expect(queue.kept.ordinals == 13..<18)
        #expect((4_000...5_000).contains(queue.kept.bytes))
        #expect(try contents(of: queue).map(\.0) == Array(13..<20))
        queue.close()
        queue = try open(5_000)
        queue.trim(below: 18)
        #expect(queue.kept.ordinals == 13..<18)
        queue.close()
    }

    @Test("what is kept takes none of the room for what comes")
    func room() throws {
        let queue = try open(50_000) { $0.bytesMax = 8_000 }
        for number in 0..<40 {
            try fill(queue, number..<number + 1)
            queue.trim(below: UInt64(number))
        }
        #expect(queue.statistics.bytes < 4_000)
        #expect(queue.kept.ordinals == 0..<39)
        queue.close()
    }

    @Test("for as long as is asked for")
    func age() throws {
        let queue = try open(1 << 20) { $0.keptAge = .seconds(600) }
        try fill(queue, 0..<20)
        queue.trim(below: 20)
        #expect(queue.kept.ordinals == 8..<20, "the last of a file came no later than the first of the next")
        #expect(queue.kept.receivedAt == (clock.now() - .seconds(660)).milliseconds * 1_000_000)
        clock.advance(by: .seconds(3600))
        queue.trim(below: 20)
        #expect(queue.kept.ordinals == 19..<20, "the file that is written to stays")
        queue.close()
    }

    @Test("a full disk takes what is kept before it refuses what comes, but not what is pinned")
    func fullDisk() throws {
        let queue = try open(1 << 20)
        try fill(queue, 0..<10)
        queue.trim(below: 10)
        queue.pin(6)
        disk.giveRoomBack()
        disk.spaceLeft = 2_000
        try fill(queue, 10..<13)
        #expect(queue.kept.ordinals == 6..<10)
        #expect(try contents(of: queue).map(\.0) == Array(6..<13))
        disk.spaceLeft = 100
        #expect(throws: DocumentQueueError.self) { try fill(queue, 13..<14) }
        #expect(try contents(of: queue).map(\.0) == Array(6..<13))
        queue.close()
    }

    @Test("what is pinned stays until it is no longer")
    func pinned() throws {
        let queue = try open(0)
        try fill(queue, 0..<10)
        queue.pin(4)
        queue.trim(below: 9)
        #expect(try contents(of: queue).first?.0 == 4)
        #expect(queue.keptFloor == 9)
        queue.pin(nil)
        queue.trim(below: 9)
        #expect(try contents(of: queue).first?.0 == 9)
        queue.close()
    }

    @Test("of the file that is being written everything is there, kept or not")
    func beingWritten() throws {
        let queue = try open(0) { $0.segmentBytes = 1 << 20 }
        try fill(queue, 0..<10)
        queue.trim(below: 10)
        #expect(queue.keptFloor == 0 && queue.kept.ordinals == 0..<10)
        #expect(try contents(of: queue).map(\.0) == Array(0..<10))
        queue.close()
    }

    @Test("a moment is found, between documents, before all and after all")
    func moments() throws {
        let queue = try open(1 << 20)
        let begin = clock.now()
        try fill(queue, 0..<10)
        func ordinal(after seconds: Int64) throws -> UInt64 {
            try queue.ordinal(receivedAt: (begin + .seconds(seconds)).milliseconds * 1_000_000)
        }
        #expect(try ordinal(after: -1000) == 0)
        for number in 0..<10 {
            #expect(try ordinal(after: Int64(number + 1) * 60) == UInt64(number))
            #expect(try ordinal(after: Int64(number) * 60 + 1) == UInt64(number))
        }
        #expect(try ordinal(after: 601) == 10)
        queue.close()
    }
}
