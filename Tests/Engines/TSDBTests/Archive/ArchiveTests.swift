import Basics
import SignalModel
import Synchronization
import TestKit
import Testing

@testable import TSDB

@Suite("Blocks in the archive")
struct ArchiveTests {
    private let clock = VirtualClock()
    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 5))
    private let archive = MemoryObjectStore()
    private let labels = Labels([(name: "region", value: "weu")])

    private func store(local: Int = 24, archived: Int = 24 * 365) throws -> TestStore {
        var options = DatabaseOptions()
        options.retention = .seconds(local * 3600)
        options.archive = ArchiveSettings(store: archive, retention: .seconds(archived * 3600), labels: labels)
        return try TestStore(disk, clock, options)
    }

    /// One sample each ten minutes, upkeep each hour as the server does it; returns what was stored.
    @discardableResult
    private func fill(_ store: TestStore, hours: Int) async throws -> [Sample] {
        var stored: [Sample] = []
        for _ in 0..<hours {
            for _ in 0..<6 {
                clock.advance(by: .seconds(600))
                let sample = Sample(timestamp: clock.now(), value: Double(clock.now().milliseconds % 997))
                _ = try await store.database.append(
                    SampleBatch(of: [("m{a=\"1\"}", [(sample.timestamp.milliseconds, sample.value)])]),
                    policy: .wholeOrNothing)
                stored.append(sample)
            }
            try store.database.maintain()
        }
        return stored
    }

    private let name = "m{a=\"1\"}"

    @Test("what the disk no longer keeps is answered from the archive, with the rest and after a restart")
    func together() async throws {
        let store = try store()
        let stored = try await fill(store, hours: 24 * 5)
        #expect(store.database.statistics().blocks < 24)
        #expect(try store.samples(name) == stored)
        let statistics = try #require(store.database.archiveStatistics)
        #expect(statistics.unshippedBlocks == 0)
        #expect(statistics.bytes > 0)
        let early = try store.all(from: stored[0].timestamp, through: stored[20].timestamp)
        #expect(early[name] == Array(stored[...20]))
        #expect(
            try store.database.labelValues("a", [], from: stored[0].timestamp, through: stored[1].timestamp) == ["1"])
        store.database.close()
        let next = try self.store()
        #expect(try next.samples(name) == stored)
        next.database.close()
    }

    @Test("what a larger block holds is removed, and what is past the retention")
    func pruned() async throws {
        let store = try store(local: 24 * 20, archived: 24 * 21)
        try await fill(store, hours: 24 * 3)
        let local = Set(store.database.blocks.blocks.map(\.meta.ulid))
        #expect(Set(archive.blocks) == local, "merged blocks took the place of small ones")
        #expect(Set(archive.names.map { String($0.prefix(26)) }) == local, "nothing of the others is left")
        let stored = try await fill(store, hours: 24 * 21)
        let oldest = try #require(try store.samples(name).first?.timestamp)
        #expect(oldest < stored[0].timestamp + .seconds(3600 * 24))
        #expect(clock.now() - oldest < .seconds(3600 * (24 * 21 + 54)))
        store.database.close()
    }

    @Test("while nothing can be shipped, nothing is deleted; afterwards both is done")
    func unavailable() async throws {
        let store = try store()
        archive.allow(puts: 2)
        var refused = false
        var stored: [Sample] = []
        for _ in 0..<40 {
            do { stored += try await fill(store, hours: 1) } catch let error as SampleStoreError {
                #expect(error.message.contains("archive: object"))
                refused = true
                // The samples before the upkeep are stored all the same.
                stored = try store.samples(name)
            }
        }
        #expect(refused)
        #expect(archive.blocks.isEmpty, "a block whose files are not all there does not count")
        #expect(store.database.archiveStatistics?.unshippedBlocks ?? 0 > 10)
        archive.allow(puts: nil)
        stored += try await fill(store, hours: 24)
        #expect(store.database.archiveStatistics?.unshippedBlocks == 0)
        #expect(try store.samples(name) == stored)
        store.database.close()
    }

    @Test("deleted samples stay deleted when only the archive has them")
    func deleted() async throws {
        let store = try store()
        let stored = try await fill(store, hours: 24)
        let matcher = try Matcher("__name__", .equal, "m")
        try store.database.delete([matcher], from: stored[10].timestamp, through: stored[40].timestamp)
        try await fill(store, hours: 24 * 3)
        try store.database.delete([matcher], from: stored[60].timestamp, through: stored[70].timestamp)
        let wanted = Array(stored[..<10] + stored[41..<60] + stored[71...])
        #expect(Array(try store.samples(name).prefix(wanted.count)) == wanted)
        store.database.close()
        let next = try self.store()
        #expect(Array(try next.samples(name).prefix(wanted.count)) == wanted)
        next.database.close()
    }

    @Test("the meta file says what Thanos wants to know")
    func meta() async throws {
        let store = try store()
        try await fill(store, hours: 12)
        store.database.close()
        let first = try #require(archive.blocks.first)
        let meta = try BlockMeta.decode(try archive.content("\(first)/meta.json").array)
        #expect(meta.thanos?.labels == ["region": "weu"])
        #expect(
            meta.thanos?.files?.map(\.rel_path).sorted() == [
                "chunks/000001", "index", "meta.json", "tombstones",
            ])
    }

    @Test("a block of the archive that is damaged fails the query that needs it, by name")
    func damaged() async throws {
        let store = try store()
        let stored = try await fill(store, hours: 24 * 3)
        store.database.close()
        let first = try #require(archive.blocks.first)
        archive.state.withLock { $0.objects["\(first)/index"]?[0] ^= 1 }
        let next = try self.store()
        let error = #expect(throws: SampleStoreError.self) { try next.samples(name) }
        #expect(error?.message == "\(first)/index at byte 0: not an index of a block")
        #expect(try next.all(from: stored[stored.count - 6].timestamp)[name]?.count == 6)
        next.database.close()
        archive.state.withLock { $0.objects["\(first)/meta.json"] = [1] }
        #expect(throws: SampleStoreError.self) { try self.store() }
    }
}
