import Basics
import Synchronization
import TestKit
import Testing

@testable import HTTPAPI
@testable import Pipeline

@Suite("Dead letters that are done with")
struct SettledLettersTests {
    private final class Keeping: SettledLetterKeeping {
        let ranges = Mutex<Set<Range<UInt64>>>([])
        let isBroken = Mutex(false)

        func load() throws -> [Range<UInt64>] { ranges.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } } }

        func replace(_ removed: [Range<UInt64>], with added: [Range<UInt64>]) throws {
            if isBroken.withLock({ $0 }) { throw APIError(.unavailable, "the disk is full") }
            ranges.withLock { $0 = $0.subtracting(removed).union(added) }
        }
    }

    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 5))
    private let keeping = Keeping()

    private func open(bytesMax: Int = 1 << 20) throws -> (letters: DeadLetters, settled: SettledLetters) {
        let letters = try DeadLetters(
            directory: "/dead", fileSystem: disk, clock: VirtualClock(), bytesMax: bytesMax, durableOrdinal: .max)
        return (letters, try SettledLetters(letters, keeping: keeping))
    }

    /// Each of some bytes; they fail in turn for two reasons.
    private func write(_ count: Int, bytes: Int = 20, to letters: DeadLetters, from ordinal: UInt64 = 1) throws {
        for number in 0..<UInt64(count) {
            let text = "{\"text\":\"" + String(repeating: "a", count: bytes) + "\"}"
            let document = QueuedDocument(operation: .create, index: "logs-a-b", source: Array(text.utf8))
            let reason = number % 2 == 0 ? "x: unable to parse date [\(number)]" : "x: field [a] doesn't exist"
            try letters.write([(ordinal: ordinal + number, reason: reason, document: document)], receivedAt: 5)
        }
    }

    private func found(
        _ parts: (letters: DeadLetters, settled: SettledLetters), _ query: String = "", limit: Int = 100
    ) throws -> (numbers: [UInt64], next: UInt64?) {
        let choice = try DeadLetterChoice(try FormParameters(query))
        let found = try DeadLetterScan(letters: parts.letters, settled: parts.settled).find(choice, limit: limit)
        return (found.letters.map(\.number), found.next)
    }

    @Test(
        "letters are chosen by bounds, by number and by the shape of their reason",
        arguments: [
            ("", [1, 2, 3, 4, 5, 6]), ("from=3&to=5", [3, 4]), ("numbers=6,2,99", [2, 6]),
            ("shape=x:+field+%5Ba%5D+doesn%27t+exist", [2, 4, 6]),
            ("shape=x:+unable+to+parse+date+%5B…%5D", [1, 3, 5]),
            ("shape=x:+unable+to+parse+date+%5B…%5D&to=4", [1, 3]), ("shape=none", []), ("from=7", []),
        ] as [(String, [UInt64])])
    func choosing(query: String, numbers: [UInt64]) throws {
        let parts = try open()
        try write(6, to: parts.letters)
        #expect(try found(parts, query).numbers == numbers)
        parts.letters.close()
    }

    @Test("an answer that is cut says where to go on, and the next one goes on there")
    func cutting() throws {
        let parts = try open()
        try write(5, to: parts.letters)
        let first = try found(parts, limit: 2)
        #expect(first.numbers == [1, 2] && first.next == 3)
        let last = try found(parts, "from=4", limit: 2)
        #expect(last.numbers == [4, 5] && last.next == nil)
        parts.letters.close()
    }

    @Test("what is settled is shown and counted no more, and stays so over restarts")
    func settling() throws {
        var parts = try open()
        #expect(parts.settled.count == 0 && parts.settled.numbers.isEmpty)
        try write(6, to: parts.letters)
        #expect(parts.settled.count == 6 && parts.settled.numbers == 1..<7)
        try parts.settled.settle([2..<3, 5..<6])
        #expect(try found(parts).numbers == [1, 3, 4, 6])
        parts.letters.close()
        parts = try open()
        #expect(parts.settled.count == 4)
        #expect(try found(parts).numbers == [1, 3, 4, 6])
        try write(1, to: parts.letters, from: 100)
        #expect(parts.settled.count == 5 && parts.settled.numbers == 1..<8)
        parts.letters.close()
    }

    @Test("files of which all is settled go, and what was settled of them is forgotten")
    func freeing() throws {
        let parts = try open(bytesMax: 64 << 10)
        try write(40, bytes: 1000, to: parts.letters)
        let before = parts.letters.statistics.bytes
        try parts.settled.settle([1..<30])
        #expect(parts.letters.statistics.bytes < before)
        #expect(parts.settled.count == 11)
        #expect(try found(parts).numbers == Array(30...40))
        try parts.settled.settle([31..<32])
        #expect(try keeping.load().allSatisfy { $0.lowerBound >= parts.settled.numbers.lowerBound })
        parts.letters.close()
    }

    @Test("where the oldest had to go for want of room, the count is of those that are left")
    func dropping() throws {
        let parts = try open(bytesMax: 32 << 10)
        try write(4, bytes: 1000, to: parts.letters)
        try parts.settled.settle([1..<3])
        try write(60, bytes: 1000, to: parts.letters, from: 50)
        #expect(parts.letters.statistics.dropped > 4)
        #expect(parts.settled.count == parts.letters.statistics.letters)
        #expect(try found(parts).numbers == Array(parts.settled.numbers))
        parts.letters.close()
    }

    @Test("when the directory was removed, numbers that are given again are not taken for settled")
    func removedFiles() throws {
        var parts = try open()
        try write(3, to: parts.letters)
        try parts.settled.settle([1..<4])
        parts.letters.close()
        let other = MemoryFileSystem(randomness: SeededRandomness(seed: 6))
        let letters = try DeadLetters(
            directory: "/dead", fileSystem: other, clock: VirtualClock(), bytesMax: 1 << 20, durableOrdinal: .max)
        parts = (letters, try SettledLetters(letters, keeping: keeping))
        try write(2, to: letters)
        #expect(parts.settled.count == 2)
        #expect(try found(parts).numbers == [1, 2])
        letters.close()
    }

    @Test("one letter is claimed by one call, and nothing is settled that could not be kept")
    func claiming() throws {
        let parts = try open()
        try write(4, to: parts.letters)
        #expect(parts.settled.claim([1, 2]) == [1, 2])
        #expect(parts.settled.claim([2, 3]) == [3])
        parts.settled.release([1, 2])
        #expect(parts.settled.claim([1]) == [1])
        keeping.isBroken.withLock { $0 = true }
        #expect(throws: APIError.self) { try parts.settled.settle([1..<2]) }
        #expect(parts.settled.count == 4)
        parts.letters.close()
    }

    @Test("what names no letters is refused", arguments: ["numbers=", "numbers=1,x", "from=-1", "to=x"])
    func refusals(query: String) {
        #expect(throws: APIError.self) { try DeadLetterChoice(try FormParameters(query)) }
    }
}
