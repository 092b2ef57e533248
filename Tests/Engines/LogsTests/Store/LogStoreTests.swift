import Basics
import Logs
import SignalModel
import TestKit
import Testing

@Suite("A store keeps what it was given, once")
struct LogStoreTests {
    private static func disk(_ seed: UInt64 = 1) -> MemoryFileSystem {
        MemoryFileSystem(randomness: SeededRandomness(seed: seed))
    }

    private static func batch(_ sequences: ClosedRange<UInt64>, day: Int64 = 0) -> LogBatch {
        var fixture = LogFixture(from: sequences.lowerBound)
        for sequence in sequences {
            fixture.add(
                at: day * 86_400 + Int64(sequence % 50),
                ["message": .string("document \(sequence) of many"), "n": .integer(Int64(sequence))])
        }
        return fixture.batch
    }

    private static func sequences(_ store: LogStore) throws -> [UInt64] {
        try store.snapshot().rows(LogQuery(), LogRowsRequest(limit: 10_000)).map(\.place.sequence).sorted()
    }

    @Test("what was flushed is there after a start, and is not taken twice")
    func restart() throws {
        let disk = Self.disk()
        var store = try LogStore(directory: "logs", fileSystem: disk)
        try store.append(Self.batch(1...100), through: 100)
        try store.flush()
        try store.append(Self.batch(101...150), through: 150)
        #expect(store.durableOrdinal == 100)
        store = try LogStore(directory: "logs", fileSystem: disk)
        #expect(store.durableOrdinal == 100)
        #expect(try Self.sequences(store) == Array(1...100))
        try store.append(Self.batch(51...100), through: 100)
        try store.append(Self.batch(101...150), through: 150)
        #expect(try Self.sequences(store) == Array(1...150))
    }

    /// Every open, write, sync and rename may be the last thing that works.
    @Test("whatever the disk did last, reading the queue again makes it whole", arguments: [1, 2] as [UInt64])
    func crashes(seed: UInt64) throws {
        var allowed = 0
        var isThrough = false
        while !isThrough {
            let disk = Self.disk(seed &* 1000 &+ UInt64(allowed))
            var settings = LogStoreSettings()
            settings.mergeCount = 2
            var durable: UInt64 = 0
            if let store = try? LogStore(directory: "logs", fileSystem: disk, settings: settings) {
                disk.cutPower(afterOperations: allowed)
                isThrough = (try? Self.fill(store)) != nil
                durable = store.durableOrdinal
            }
            disk.crash()
            let store = try LogStore(directory: "logs", fileSystem: disk, settings: settings)
            #expect(store.durableOrdinal >= durable, "seed \(seed), \(allowed) operations")
            #expect(store.statistics.setAside.isEmpty, "seed \(seed), \(allowed) operations")
            try Self.fill(store)
            try #require(try Self.sequences(store) == Self.filled, "seed \(seed), \(allowed) operations")
            allowed += 1
        }
    }

    @Test("a write that is torn anywhere is as if it had not been")
    func tornWrites() throws {
        var allowed = 0
        var isThrough = false
        while !isThrough {
            let disk = Self.disk(UInt64(allowed))
            let store = try LogStore(directory: "logs", fileSystem: disk)
            disk.cutPower(afterBytes: allowed)
            isThrough = (try? Self.fill(store)) != nil
            disk.crash()
            let again = try LogStore(directory: "logs", fileSystem: disk)
            try Self.fill(again)
            try #require(try Self.sequences(again) == Self.filled, "\(allowed) bytes")
            allowed += 397
        }
    }

    @Test("a disk that is full from any operation on loses nothing, and is written to once there is room")
    func fullDisk() throws {
        var operations = 0
        var isThrough = false
        while !isThrough {
            let disk = Self.disk()
            var settings = LogStoreSettings()
            settings.mergeCount = 2
            let store = try LogStore(directory: "logs", fileSystem: disk, settings: settings)
            disk.fillUp(afterOperations: operations)
            isThrough = (try? Self.fill(store)) != nil
            disk.spaceLeft = nil
            let ordinal = store.durableOrdinal
            try Self.fill(store)
            try #require(try Self.sequences(store) == Self.filled, "\(operations) operations, \(ordinal)")
            operations += 1
        }
    }

    /// As a queue that is read from `durableOrdinal`, with flushes and merges in between.
    private static func fill(_ store: LogStore) throws {
        for step in 0..<6 as Range<UInt64> where (step + 1) * 20 > store.durableOrdinal {
            let first = step * 20 + 1
            // What the store took before it could not write is in memory still.
            if store.statistics.pendingRecordCount > 0 { try store.flush() }
            guard (step + 1) * 20 > store.durableOrdinal else { continue }
            var fixture = LogFixture(from: first)
            for sequence in first..<first + 20 {
                let id = "id-\(sequence % 30)"
                fixture.add(
                    at: Int64(sequence) * 7000, id: id, conflict: sequence % 7 == 0 ? .deletes : .replaces,
                    ["message": .string("step \(step) number \(sequence)"), "id": .string(id)])
            }
            try store.append(fixture.batch, through: first + 19)
            if step % 2 == 1 { try store.flush() }
            try store.maintain(now: Timestamp(milliseconds: 0))
        }
        try store.flush()
    }

    private static let filled: [UInt64] = {
        var last: [UInt64: UInt64] = [:]
        for sequence in 1...120 as ClosedRange<UInt64> { last[sequence % 30] = sequence }
        return last.values.filter { $0 % 7 != 0 }.sorted()
    }()

    @Test("an identity is there once in its index, in memory and on disk")
    func identities() throws {
        let disk = Self.disk()
        let store = try LogStore(directory: "logs", fileSystem: disk)
        func add(_ sequence: UInt64, _ id: String, _ conflict: LogBatch.Conflict, index: String = "a") throws {
            var fixture = LogFixture(from: sequence)
            fixture.add(
                at: Int64(sequence), index: index, id: id, conflict: conflict, ["n": .integer(Int64(sequence))])
            try store.append(fixture.batch, through: sequence)
        }
        try add(1, "x", .keepsFirst)
        try add(2, "x", .keepsFirst)
        try add(3, "x", .keepsFirst, index: "b")
        #expect(try Self.sequences(store) == [1, 3])
        try store.flush()
        try add(4, "x", .keepsFirst)
        try add(5, "y", .replaces)
        #expect(try Self.sequences(store) == [1, 3, 5])
        try add(6, "x", .replaces)
        #expect(try Self.sequences(store) == [3, 5, 6])
        #expect(store.holds(index: "a", identity: "x"))
        #expect(try store.record(index: "a", identity: "x")?["n"] == 6)
        #expect(try store.record(index: "a", identity: "x")?.identity == "x")
        try store.flush()
        try add(7, "x", .deletes)
        #expect(!store.holds(index: "a", identity: "x"))
        #expect(try Self.sequences(store) == [3, 5])
        try store.flush()
        let again = try LogStore(directory: "logs", fileSystem: disk)
        #expect(try Self.sequences(again) == [3, 5])
        #expect(again.holds(index: "b", identity: "x"))
        #expect(try again.record(index: "b", identity: "x")?["n"] == 3)
        #expect(try again.record(index: "b", identity: "y") == nil)
    }

    @Test("what is deleted is gone at once and for good, and leaves the disk when parts are merged")
    func deletion() throws {
        let disk = Self.disk()
        var store = try LogStore(directory: "logs", fileSystem: disk)
        try store.append(Self.batch(1...100), through: 100)
        let query = LogQuery(
            filter: .test(.named("n"), .range(lower: .init(.integer(31), isInclusive: true), upper: nil)))
        #expect(try store.delete(query) == 70)
        #expect(try Self.sequences(store) == Array(1...30))
        store = try LogStore(directory: "logs", fileSystem: disk)
        #expect(try Self.sequences(store) == Array(1...30))
        #expect(store.statistics.deletedCount == 70)
        while try store.maintain(now: Timestamp(milliseconds: 0)) {}
        #expect(store.statistics.deletedCount == 0)
        #expect(try Self.sequences(store) == Array(1...30))
    }

    @Test("records are written after a minute, or once nothing comes to many of them for two seconds")
    func resting() throws {
        var settings = LogStoreSettings()
        settings.restingBytesMin = 10_000
        let store = try LogStore(directory: "logs", fileSystem: Self.disk(), settings: settings)
        func isWritten(at second: Int64) throws -> Bool {
            try store.maintain(now: Timestamp(milliseconds: second * 1000))
            return store.statistics.pendingRecordCount == 0
        }
        try store.append(Self.batch(1...5), through: 5)
        for second in 0..<60 { #expect(try !isWritten(at: Int64(second)), "few of them wait") }
        #expect(try isWritten(at: 60))
        try store.append(Self.batch(6...1000), through: 1000)
        #expect(try !isWritten(at: 100))
        #expect(try !isWritten(at: 101))
        try store.append(Self.batch(1001...1001), through: 1001)
        #expect(try !isWritten(at: 102))
        #expect(try !isWritten(at: 103))
        #expect(try isWritten(at: 104))
    }

    @Test("days go whole: by age, and the oldest first when there is too much")
    func retention() throws {
        let disk = Self.disk()
        var settings = LogStoreSettings()
        settings.retention = .seconds(3 * 86_400)
        var store = try LogStore(directory: "logs", fileSystem: disk, settings: settings)
        for day in 0..<5 as Range<UInt64> {
            try store.append(Self.batch(day * 10 + 1...day * 10 + 10, day: Int64(day)), through: day * 10 + 10)
        }
        try store.flush()
        #expect(store.statistics.partCount == 5)
        try store.maintain(now: Timestamp(milliseconds: 5 * 86_400_000))
        #expect(try Self.sequences(store) == Array(21...50))
        settings.retentionBytes = 1
        store = try LogStore(directory: "logs", fileSystem: disk, settings: settings)
        try store.maintain(now: Timestamp(milliseconds: 5 * 86_400_000))
        #expect(try Self.sequences(store) == Array(41...50))
        #expect(!disk.exists("logs/1970-01-04"))
    }

    @Test("a damaged part is named and set aside while the others serve")
    func damage() throws {
        let disk = Self.disk()
        let store = try LogStore(directory: "logs", fileSystem: disk)
        try store.append(Self.batch(1...20), through: 20)
        try store.flush()
        try store.append(Self.batch(21...40, day: 1), through: 40)
        try store.flush()
        disk.damage("logs/1970-01-02/2.part") { $0[$0.count - 60] ^= 1 }
        let again = try LogStore(directory: "logs", fileSystem: disk)
        #expect(again.statistics.setAside.map(\.name) == ["1970-01-02/2.part"])
        #expect(try Self.sequences(again) == Array(1...20))
        #expect(disk.exists("logs/1970-01-02/2.part"))
        disk.damage("logs/1970-01-01/1.part") { $0[20] ^= 1 }
        let third = try LogStore(directory: "logs", fileSystem: disk)
        #expect(throws: LogQueryError.self) { try Self.sequences(third) }
        try third.maintain(now: Timestamp(milliseconds: 0))
        #expect(try Self.sequences(third).isEmpty)
        #expect(third.statistics.setAside.count == 2)
    }

    @Test("bytes changed anywhere in a part never crash: they are refused or read", arguments: [1, 2] as [UInt64])
    func mutations(seed: UInt64) throws {
        let disk = Self.disk()
        let store = try LogStore(directory: "logs", fileSystem: disk)
        try store.append(Self.batch(1...60), through: 60)
        try store.flush()
        let randomness = SeededRandomness(seed: seed)
        let whole = try disk.read("logs/1970-01-01/1.part", bytesMax: 1 << 20)
        for _ in 0..<300 {
            disk.damage("logs/1970-01-01/1.part") { bytes in
                bytes = whole
                for _ in 0..<1 + randomness.next() % 4 {
                    bytes[Int(randomness.next() % UInt64(bytes.count))] ^= UInt8(
                        truncatingIfNeeded: randomness.next())
                }
                if randomness.next() % 5 == 0 { bytes.removeLast(Int(randomness.next() % UInt64(bytes.count))) }
            }
            let damaged = try LogStore(directory: "logs", fileSystem: disk)
            _ = try? Self.sequences(damaged)
            _ = try? damaged.snapshot().facets(LogQuery())
        }
    }
}
