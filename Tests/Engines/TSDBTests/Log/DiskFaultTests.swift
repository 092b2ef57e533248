import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("A disk that fails")
struct DiskFaultTests {
    private let clock = VirtualClock()
    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))

    private func batch(_ step: Int, _ value: Double = 1) -> SampleBatch {
        let time = clock.now().milliseconds + Int64(step)
        return SampleBatch(of: [("a", [(time, value)]), ("s\(step)", [(time, value)])])
    }

    private func expectUnavailable(_ store: TestStore, _ step: Int) async {
        let error = await #expect(throws: SampleStoreError.self) {
            try await store.database.append(batch(step, 99), policy: .keepValid)
        }
        #expect(error?.code == .unavailable)
    }

    @Test("a full disk refuses appends, reads go on, and space brings appends back", arguments: [0, 1, 7, 20, 60])
    func full(left: Int) async throws {
        let store = try TestStore(disk, clock)
        _ = try await store.database.append(batch(0), policy: .keepValid)
        disk.spaceLeft = left
        for step in 1...3 { await expectUnavailable(store, step) }
        #expect(try store.all().keys.sorted() == ["a", "s0"])
        disk.spaceLeft = nil
        // The very samples that were refused are welcome now.
        #expect(try await store.database.append(batch(1, 2), policy: .keepValid).appendedSamples == 2)
        #expect(try store.samples("a").map(\.value) == [1, 2])
        store.database.close()
        let next = try TestStore(disk, clock)
        #expect(next.database.replayReport.warnings.isEmpty)
        #expect(try next.all().keys.sorted() == ["a", "s0", "s1"])
        #expect(try next.samples("a").map(\.value) == [1, 2])
        next.database.close()
    }

    @Test("a write torn at any byte leaves nothing of its batch", arguments: 0..<70)
    func torn(bytes: Int) async throws {
        let store = try TestStore(disk, clock)
        _ = try await store.database.append(batch(0), policy: .keepValid)
        disk.tearNextWrite(after: bytes)
        await expectUnavailable(store, 1)
        #expect(try await store.database.append(batch(2), policy: .keepValid).appendedSamples == 2)
        disk.crash()
        let next = try TestStore(disk, clock)
        #expect(next.database.replayReport.warnings.isEmpty)
        #expect(try next.all().keys.sorted() == ["a", "s0", "s2"])
        #expect(try next.samples("a").map(\.value) == [1, 1])
        next.database.close()
    }

    @Test("after a failed sync the segment is left and another begun")
    func sync() async throws {
        let store = try TestStore(disk, clock)
        _ = try await store.database.append(batch(0), policy: .keepValid)
        disk.failSyncs(1)
        await expectUnavailable(store, 1)
        _ = try await store.database.append(batch(2), policy: .keepValid)
        #expect(try disk.list(TestStore.directory + "/wal").sorted() == ["00000000", "00000001"])
        disk.crash()
        let next = try TestStore(disk, clock)
        #expect(try next.all().keys.sorted() == ["a", "s0", "s2"])
        next.database.close()
    }

    @Test("while a torn tail cannot be cut off nothing is written behind it")
    func tailThatStays() async throws {
        let store = try TestStore(disk, clock)
        _ = try await store.database.append(batch(0), policy: .keepValid)
        let good = try disk.size(TestStore.directory + "/wal/00000000")
        disk.tearNextWrite(after: 5)
        disk.failTruncates(2)
        await expectUnavailable(store, 1)
        await expectUnavailable(store, 2)
        #expect(try disk.size(TestStore.directory + "/wal/00000000") == good + 5)
        _ = try await store.database.append(batch(3), policy: .keepValid)
        #expect(try store.all().keys.sorted() == ["a", "s0", "s3"])
        store.database.close()
        let next = try TestStore(disk, clock)
        #expect(next.database.replayReport.warnings.isEmpty)
        #expect(try next.all().keys.sorted() == ["a", "s0", "s3"])
        next.database.close()
    }

    @Test("of many batches refused together none is visible, and each can come again")
    func together() async throws {
        let store = try TestStore(disk, clock)
        disk.spaceLeft = 0
        let database = store.database
        let batches = (0..<50).map { batch($0) }
        let failed = await withTaskGroup(of: Bool.self) { group in
            for batch in batches {
                group.addTask { (try? await database.append(batch, policy: .keepValid)) == nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failed == 50)
        #expect(try store.all().isEmpty)
        disk.spaceLeft = nil
        for batch in batches {
            #expect(try await database.append(batch, policy: .wholeOrNothing).appendedSamples == 2)
        }
        #expect(try store.samples("a").count == 50)
        database.close()
    }

    @Test("a closed store refuses appends and still answers")
    func closed() async throws {
        let store = try TestStore(disk, clock)
        _ = try await store.database.append(batch(0), policy: .keepValid)
        store.database.close()
        await expectUnavailable(store, 1)
        #expect(try store.samples("a").count == 1)
        store.database.close()
    }

    @Test("a batch larger than a segment is refused as over the limit")
    func large() async throws {
        var options = DatabaseOptions()
        options.segmentBytes = 1 << 15
        let store = try TestStore(disk, clock, options)
        let samples = (0..<3000).map { (clock.now().milliseconds - 3000 + Int64($0), 1.0) }
        let error = await #expect(throws: SampleStoreError.self) {
            try await store.database.append(SampleBatch(of: [("a", samples)]), policy: .keepValid)
        }
        #expect(error?.code == .limit)
        store.database.close()
    }
}
