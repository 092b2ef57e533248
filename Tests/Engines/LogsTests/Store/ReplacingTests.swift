import Basics
import Logs
import SignalModel
import TestKit
import Testing

@Suite("Documents that are processed again take the place of what they became")
struct ReplacingTests {
    private typealias Sent = ReplayedStore.Sent
    private typealias Row = ReplayedStore.Row

    private static func plain(_ version: Int, _ sequence: UInt64, _ sent: Sent) -> ReplayedStore.Outcome {
        .stored(index: "a", identity: sent.identity, text: "document \(sequence) by \(version)")
    }

    private static func sent(_ count: Int) -> [Sent] {
        [Sent](repeating: Sent(identity: "", conflict: .keepsFirst), count: count)
    }

    private static func opened(
        _ seed: UInt64 = 1, _ pipeline: @escaping (Int, UInt64, Sent) -> ReplayedStore.Outcome = plain
    ) throws -> ReplayedStore {
        try ReplayedStore(MemoryFileSystem(randomness: SeededRandomness(seed: seed)), pipeline)
    }

    @Test("what a mended pipeline makes of them is there once, in memory, in parts and after a start")
    func mended() throws {
        let store = try Self.opened { version, sequence, _ in
            switch (version, sequence) {
            case (1, 3): .failed
            case (1, 4): .dropped
            case (2, 5): .dropped
            case (2, 6): .failed
            case (2, 7): .stored(index: "b", identity: "", text: "document 7 by 2")
            default: .stored(index: "a", identity: "", text: "document \(sequence) by \(version)")
            }
        }
        try store.send(Self.sent(6))
        try store.store.flush()
        try store.send(Self.sent(4))
        store.beginReplay(from: 2, version: 2)
        try store.runReplay(SeededRandomness(seed: 1))
        let expected = [
            (1, "a", 1), (2, "a", 2), (3, "a", 2), (4, "a", 2), (6, "a", 1), (7, "b", 2), (8, "a", 2), (9, "a", 2),
            (10, "a", 2),
        ].map { Row(sequence: UInt64($0), index: $1, text: "document \($0) by \($2)") }
        #expect(try store.rows() == expected)
        while try store.store.maintain(now: Timestamp(milliseconds: 0)) {}
        #expect(try store.rows() == expected)
        try store.restart()
        #expect(try store.rows() == expected)
    }

    @Test("what was replaced, deleted by its identity or by a query does not come back", arguments: [false, true])
    func superseded(isInParts: Bool) throws {
        let store = try Self.opened()
        let documents = [
            Sent(identity: "x", conflict: .replaces), Sent(identity: "x", conflict: .replaces),
            Sent(identity: "y", conflict: .keepsFirst), Sent(identity: "y", conflict: .keepsFirst),
            Sent(identity: "z", conflict: .replaces), Sent(identity: "z", conflict: .deletes),
            Sent(identity: "", conflict: .keepsFirst), Sent(identity: "w", conflict: .replaces),
            Sent(identity: "w", conflict: .replaces),
        ]
        for document in documents {
            try store.send([document])
            if isInParts { try store.store.flush() }
        }
        #expect(try store.delete(containing: "7") == 1)
        #expect(try store.delete(containing: "9") == 1)
        let expected = [2, 3].map { Row(sequence: $0, index: "a", text: "document \($0) by 1") }
        #expect(try store.rows() == expected)
        for _ in 0..<2 {
            store.beginReplay(from: 1, version: 1)
            try store.runReplay(SeededRandomness(seed: 2))
            #expect(try store.rows() == expected)
            try store.restart()
        }
        store.beginReplay(from: 1, version: 2)
        try store.runReplay(SeededRandomness(seed: 3))
        #expect(try store.rows() == [2, 3].map { Row(sequence: $0, index: "a", text: "document \($0) by 2") })
    }

    @Test("a store that did not remember what was replaced says from where on it does")
    func remembering() throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        func open(_ remembers: Bool) throws -> LogStore {
            var settings = LogStoreSettings()
            settings.remembersSuperseded = remembers
            return try LogStore(directory: "logs", fileSystem: disk, settings: settings)
        }
        func add(_ sequence: UInt64, to store: LogStore) throws {
            var fixture = LogFixture(from: sequence)
            fixture.add(at: 0, ["n": .integer(Int64(sequence))])
            try store.append(fixture.batch, through: sequence)
            try store.flush()
        }
        var store = try open(false)
        #expect(store.replaceableOrdinal == nil)
        try add(1, to: store)
        store = try open(true)
        #expect(store.replaceableOrdinal == 2)
        try add(2, to: store)
        store = try open(true)
        #expect(store.replaceableOrdinal == 2, "as it was")
        store = try open(false)
        store = try open(true)
        #expect(store.replaceableOrdinal == 3, "not what happened meanwhile")
        try add(3, to: store)
        disk.damage("logs/superseded") { $0[$0.count - 1] ^= 1 }
        store = try open(true)
        #expect(store.replaceableOrdinal == 4)
        #expect(store.statistics.setAside.map(\.name) == ["superseded"])
    }

    /// Identities, deletions, queries that delete, merges, kills: processed again as before, nothing is different.
    @Test(
        "processed again by the same pipeline, whatever happened, nothing changes", arguments: 0..<60 as Range<UInt64>
    )
    func unchanged(seed: UInt64) throws {
        let chance = SeededRandomness(seed: seed)
        let store = try Self.opened(seed, Self.mixed)
        let other = try Self.opened(seed, Self.mixed)
        for _ in 0..<25 {
            switch chance.next() % 8 {
            case 0...3:
                let documents = (0..<1 + chance.next() % 12).map { _ in Self.random(chance) }
                try store.send(documents)
                try other.send(documents)
            case 4: try store.store.flush()
            case 5: while try store.store.maintain(now: Timestamp(milliseconds: 0)) {}
            case 6:
                let word = "word\(chance.next() % 12)"
                // By the queue's order: after all that was sent, in both.
                let (here, there) = (try store.delete(containing: word), try other.delete(containing: word))
                try #require(here == there, "seed \(seed)")
            default:
                guard !store.queue.isEmpty else { continue }
                store.beginReplay(from: 1 + chance.next() % UInt64(store.queue.count), version: 1)
                try store.runReplay(chance)
            }
            if chance.next() % 6 == 0 {
                if chance.next() % 2 == 0 { try store.store.flush() }
                try store.restart()
            }
            try #require(try store.rows() == (try other.rows()), "seed \(seed)")
        }
    }

    /// Some become nothing, some fail, some go elsewhere, some are given an identity.
    private static func mixed(_ version: Int, _ sequence: UInt64, _ sent: Sent) -> ReplayedStore.Outcome {
        var state = sequence &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(version) &* 0xD1B5_4A32_D192_ED03
        state ^= state >> 29
        let text = "word\(sequence % 12) version\(version)"
        return switch state % 12 {
        case 0: .dropped
        case 1: .failed
        case 2: .stored(index: "b", identity: sent.identity, text: text)
        case 3: .stored(index: "a", identity: "p\(state / 12 % 5)", text: text)
        default: .stored(index: "a", identity: sent.identity, text: text)
        }
    }

    private static func random(_ chance: SeededRandomness) -> Sent {
        let identity = chance.next() % 2 == 0 ? "" : "i\(chance.next() % 9)"
        if identity.isEmpty { return Sent(identity: "", conflict: .keepsFirst) }
        return Sent(
            identity: identity, conflict: [.keepsFirst, .replaces, .replaces, .deletes][Int(chance.next() % 4)])
    }

    @Test("whatever the disk did last, going on with it makes it whole", arguments: [1, 2] as [UInt64])
    func crashes(seed: UInt64) throws {
        let documents = Self.documents(1)
        let expected = try Self.story(try Self.opened(seed, Self.steady), documents)
        try #require(expected.contains { $0.text.hasSuffix("version2") } && expected.count > 20)
        // Between them the two take each operation.
        var operations = Int(seed) - 1
        while true {
            let disk = MemoryFileSystem(randomness: SeededRandomness(seed: seed &* 1000 &+ UInt64(operations)))
            let store = try ReplayedStore(disk, Self.steady)
            disk.cutPower(afterOperations: operations)
            let isThrough = (try? Self.story(store, documents)) != nil
            disk.crash()
            try store.restart()
            try #require(
                try Self.story(store, documents) == expected, "seed \(seed), \(operations) operations")
            if isThrough { return }
            operations += 2
        }
    }

    @Test("a disk that is full from any operation on loses nothing once there is room")
    func fullDisk() throws {
        let documents = Self.documents(3)
        let expected = try Self.story(try Self.opened(3, Self.steady), documents)
        var operations = 0
        while true {
            let disk = MemoryFileSystem(randomness: SeededRandomness(seed: UInt64(operations)))
            let store = try ReplayedStore(disk, Self.steady)
            disk.fillUp(afterOperations: operations)
            let isThrough = (try? Self.story(store, documents)) != nil
            disk.spaceLeft = nil
            try #require(try Self.story(store, documents) == expected, "\(operations) operations")
            try store.restart()
            try #require(try store.rows() == expected, "\(operations) operations, then a start")
            if isThrough { return }
            operations += 3
        }
    }

    /// What has an identity keeps its place whatever the version: whether it or a later one comes first after a crash
    /// would make a difference otherwise.
    private static func steady(_ version: Int, _ sequence: UInt64, _ sent: Sent) -> ReplayedStore.Outcome {
        sent.identity.isEmpty
            ? mixed(version, sequence, sent)
            : .stored(index: "a", identity: sent.identity, text: "word\(sequence % 12) version\(version)")
    }

    private static func documents(_ seed: UInt64) -> [Sent] {
        let chance = SeededRandomness(seed: seed)
        return (0..<60).map { _ in random(chance) }
    }

    /// Documents, flushes, merges and a replay by another version of the pipeline while more come: from where it was
    /// before, as a start does it.
    private static func story(_ store: ReplayedStore, _ documents: [Sent]) throws -> [Row] {
        func send(_ count: Int) throws {
            let sent = store.queue.count
            try store.send(Array(documents[sent..<min(sent + count, documents.count)]))
        }
        // What the store took before it could not write is in memory still.
        if store.store.statistics.pendingRecordCount > 0 { try store.store.flush() }
        while store.queue.count < 40 {
            try send(10)
            if store.queue.count % 20 == 0 { try store.store.flush() }
            try store.store.maintain(now: Timestamp(milliseconds: 0))
        }
        if !store.hasReplayed { store.beginReplay(from: 5, version: 2) }
        while let replay = store.replay {
            let next = try store.goOn(from: try store.goOn(from: replay.next, count: 3), count: 4)
            try store.flushReplay(to: next)
            if store.queue.count < 60 { try send(3) }
            try store.store.maintain(now: Timestamp(milliseconds: 0))
        }
        while store.queue.count < 60 { try send(10) }
        try store.store.flush()
        return try store.rows()
    }
}
