import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("Snapshots of the head")
struct HeadSnapshotTests {
    private let clock = VirtualClock()
    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
    private let folder = TestStore.directory + "/head"

    private func open(_ disk: MemoryFileSystem? = nil) throws -> TestStore {
        var options = DatabaseOptions()
        options.outOfOrderWindow = .seconds(1800)
        options.segmentBytes = 64 << 10
        return try TestStore(disk ?? self.disk, clock, options)
    }

    /// Minutes of samples to series of all kinds of values, some of them late.
    private func fill(_ store: TestStore, minutes: Int, seed: UInt64) async throws {
        let chance = SeededRandomness(seed: seed)
        for _ in 0..<minutes {
            clock.advance(by: .seconds(60))
            let time = clock.now().milliseconds
            var batch = SampleBatch()
            for series in 0..<12 where chance.next() % 10 != 0 {
                batch.beginSeries(Labels([(Labels.metricName, "m"), ("series", "\(series)")]))
                let isLate = chance.next() % 15 == 0
                let value =
                    switch series % 4 {
                    case 0: 1.0
                    case 1: Double(chance.next() % 1000)
                    case 2: Double(bitPattern: chance.next())
                    default: Double(time)
                    }
                batch.append(
                    Sample(
                        timestamp: Timestamp(
                            milliseconds: isLate ? time - 600_000 - Int64(chance.next() % 1000) : time),
                        value: value))
            }
            _ = try await store.database.append(batch, policy: .keepValid)
        }
    }

    /// By bits, so that NaNs compare.
    private func bits(_ store: TestStore) throws -> [String: [[UInt64]]] {
        try store.all().mapValues { samples in
            samples.map { [UInt64(bitPattern: $0.timestamp.milliseconds), $0.value.bitPattern] }
        }
    }

    @Test("a start with a snapshot finds what one without it finds, and goes on the same")
    func same() async throws {
        var store = try open()
        try await fill(store, minutes: 170, seed: 1)
        try store.database.keepSnapshot()
        try await fill(store, minutes: 50, seed: 2)
        let expected = try bits(store)
        store.database.close()
        store = try open()
        #expect(store.database.replayReport.snapshotBytes > 0)
        #expect(store.database.replayReport.samples < 700, "the log's first part is not replayed")
        #expect(store.database.replayReport.warnings.isEmpty)
        #expect(try bits(store) == expected)
        // Chunks that were open are continued as if nothing had been.
        try await fill(store, minutes: 40, seed: 3)
        let later = try bits(store)
        store.database.close()
        for number in try HeadSnapshot.numbers(in: folder, disk) {
            try disk.remove("\(folder)/\(LogFormat.segmentName(number))")
        }
        store = try open()
        #expect(store.database.replayReport.snapshotBytes == 0)
        #expect(try bits(store) == later)
        store.database.close()
    }

    @Test("a damaged snapshot costs a warning and time, nothing else", arguments: [0, 4, 6, 9, 40, -20, -1])
    func damaged(place: Int) async throws {
        var store = try open()
        try await fill(store, minutes: 60, seed: 4)
        try store.database.keepSnapshot()
        let expected = try bits(store)
        store.database.close()
        let number = try #require(try HeadSnapshot.numbers(in: folder, disk).first)
        disk.damage("\(folder)/\(LogFormat.segmentName(number))") { bytes in
            bytes[place < 0 ? bytes.count + place : place] ^= 0x41
        }
        store = try open()
        #expect(store.database.replayReport.snapshotBytes == 0)
        #expect(store.database.replayReport.warnings.contains { $0.contains("snapshot passed over") })
        #expect(try bits(store) == expected)
        store.database.close()
    }

    @Test(
        "a power cut at any byte of a snapshot or of what follows loses nothing", arguments: 0..<40 as Range<UInt64>)
    func crash(seed: UInt64) async throws {
        let chance = SeededRandomness(seed: seed)
        let disk = MemoryFileSystem(randomness: chance)
        var store = try open(disk)
        try await fill(store, minutes: 100, seed: seed)
        if seed % 2 == 0 { try store.database.keepSnapshot() }
        try await fill(store, minutes: 20, seed: seed + 1000)
        let expected = try bits(store)
        disk.cutPower(afterBytes: Int(chance.next() % 12_000))
        try? store.database.keepSnapshot()
        disk.crash()
        store.database.close()
        store = try open(disk)
        #expect(try bits(store) == expected, "seed \(seed)")
        try store.database.keepSnapshot()
        store.database.close()
        store = try open(disk)
        #expect(try bits(store) == expected, "seed \(seed)")
        #expect(try disk.list(folder).count == 1, "seed \(seed)")
        store.database.close()
    }

    @Test("blocks that were cut since a snapshot are not doubled by it")
    func olderThanBlocks() async throws {
        var store = try open()
        try await fill(store, minutes: 400, seed: 5)
        try store.database.keepSnapshot()
        let snapshots = try disk.list(folder)
        let kept = try snapshots.map { ($0, try disk.read("\(folder)/\($0)", bytesMax: .max)) }
        try store.database.maintain()
        #expect(store.database.statistics().blocks > 0)
        let expected = try bits(store)
        store.database.close()
        // The cut's own snapshot is lost; the one from before it must not be taken for it.
        for name in try disk.list(folder) { try disk.remove("\(folder)/\(name)") }
        for (name, bytes) in kept { try disk.replace("\(folder)/\(name)", with: bytes) }
        store = try open()
        #expect(try bits(store) == expected)
        store.database.close()
    }

    @Test("samples that arrive while the snapshot is written are there once", .timeLimit(.minutes(1)))
    func concurrent() async throws {
        let directory = try TemporaryDirectory()
        let system = SystemClock()
        func open() throws -> TimeSeriesDatabase {
            try TimeSeriesDatabase.open(directory: directory.path, fileSystem: PosixFileSystem(), clock: system)
        }
        var database = try open()
        let start = system.now().milliseconds - 600_000
        for round in 0..<5 {
            let writing = database
            async let appended: Void = {
                for step in 0..<60 {
                    var batch = SampleBatch()
                    for series in 0..<300 {
                        batch.beginSeries(Labels([(Labels.metricName, "m"), ("series", "\(series)")]))
                        let time = start + Int64(round * 60 + step) * 1000
                        batch.append(Sample(timestamp: Timestamp(milliseconds: time), value: Double(step)))
                    }
                    _ = try await writing.append(batch, policy: .wholeOrNothing)
                }
            }()
            for _ in 0..<4 { try writing.keepSnapshot() }
            try await appended
            database.close()
            database = try open()
            #expect(database.replayReport.warnings.isEmpty)
            let counts = Set(try TestStore(database: database).all().values.map(\.count))
            #expect(counts == [(round + 1) * 60])
        }
        database.close()
    }
}
