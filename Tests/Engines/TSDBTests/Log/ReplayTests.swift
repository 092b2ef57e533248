import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("Replay")
struct ReplayTests {
    private let clock = VirtualClock()
    private let segment = TestStore.directory + "/wal/00000000"

    private func disk(_ seed: UInt64 = 1) -> MemoryFileSystem {
        MemoryFileSystem(randomness: SeededRandomness(seed: seed))
    }

    /// A log of one segment: `batches` batches of one sample each to two series.
    private func filled(_ batches: Int) async throws -> MemoryFileSystem {
        let disk = disk()
        let store = try TestStore(disk, clock)
        for step in 0..<batches {
            let time = clock.now().milliseconds + Int64(step)
            _ = try await store.database.append(
                SampleBatch(of: [("a", [(time, Double(step))]), ("b{x=\"1\"}", [(time, -1)])]), policy: .keepValid)
        }
        store.database.close()
        return disk
    }

    @Test("a log that Prometheus wrote is read, sample for sample, stale markers included")
    func prometheus() throws {
        let disk = disk()
        try disk.createDirectory(TestStore.directory + "/wal")
        let file = try disk.openForAppending(segment)
        try Fixtures.bytes("prometheus-2.42-wal/00000000").withUnsafeBytes { try file.append($0) }
        let store = try TestStore(disk, clock)
        let all = try store.all()
        let expected = String(decoding: try Fixtures.bytes("prometheus-2.42-wal/expected.tsv"), as: UTF8.self)
        var seriesCount = 0
        for line in expected.split(separator: "\n") {
            let sides = line.split(separator: "\t")
            let words = sides[1].split(separator: " ")
            let found = try #require(all[String(sides[0])], "\(sides[0])").filter { !StaleMarker.isStale($0.value) }
            #expect(found.count == words.count / 2, "\(sides[0])")
            for (sample, place) in zip(found, stride(from: 0, to: words.count, by: 2)) {
                #expect(sample.timestamp.milliseconds == Int64(words[place]))
                let value = try #require(Double(words[place + 1]))
                #expect(sample.value == value || sample.value.isNaN && value.isNaN)
            }
            seriesCount += 1
        }
        #expect(seriesCount == all.count)
        #expect(
            all["flapping{instance=\"127.0.0.1:19557\", job=\"x\"}"]?.contains { StaleMarker.isStale($0.value) }
                == true)
        #expect(store.database.replayReport.warnings == [])
        store.database.close()
    }

    @Test("a tail torn at any byte is cut at the last whole record, with segment and offset in the warning")
    func tornTail() async throws {
        let whole = try await filled(3)
        let bytes = try whole.read(segment, bytesMax: .max)
        let ends = try recordEnds(bytes)
        #expect(ends.count == 4, "labels, then three of samples")
        for cut in 0..<bytes.count {
            let disk = disk()
            try disk.createDirectory(TestStore.directory + "/wal")
            let file = try disk.openForAppending(segment)
            try Array(bytes[..<cut]).withUnsafeBytes { try file.append($0) }
            let store = try TestStore(disk, clock)
            let kept = ends.last { $0 <= cut } ?? 0
            #expect(try disk.size(segment) == kept, "cut at \(cut)")
            #expect(try store.samples("a").count == max(0, ends.count { $0 <= cut } - 1), "cut at \(cut)")
            let warnings = store.database.replayReport.warnings
            #expect(warnings.isEmpty == (kept == cut), "cut at \(cut)")
            #expect(warnings.allSatisfy { $0.contains("00000000:\(kept)") }, "\(warnings)")
            store.database.close()
        }
    }

    @Test("a damaged last record is a torn tail, a damaged earlier one an error that names the place")
    func damage() async throws {
        let bytes = try await filled(5).read(segment, bytesMax: .max)
        let ends = try recordEnds(bytes)
        for (number, end) in ends.enumerated() {
            let disk = try await filled(5)
            disk.damage(segment) { $0[end - 1] ^= 0xff }
            let start = number == 0 ? 0 : ends[number - 1]
            if number == ends.count - 1 {
                let store = try TestStore(disk, clock)
                #expect(try store.samples("a").count == 4)
                store.database.close()
                continue
            }
            let error = #expect(throws: SampleStoreError.self) { try TestStore(disk, clock) }
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains("00000000:\(start)") == true, "\(error?.message ?? "")")
            // Allowed to repair, it keeps what lies before and says what it took.
            var options = DatabaseOptions()
            options.repairsDamage = true
            let store = try TestStore(disk, clock, options)
            #expect(try store.samples("a").count == max(0, number - 1))
            #expect(store.database.replayReport.warnings.first?.contains("cut off by repair") == true)
            store.database.close()
        }
    }

    @Test("whole records behind a sector that never reached the disk do not make it an error")
    func emptySector() async throws {
        let disk = try await filled(60)
        disk.damage(segment) { bytes in for place in 512..<1024 { bytes[place] = 0 } }
        let store = try TestStore(disk, clock)
        #expect(store.database.replayReport.warnings.first?.contains("interrupted write") == true)
        #expect(try !store.samples("a").isEmpty)
        store.database.close()
    }

    @Test("a series whose samples are gone from the log is found again once it has new ones")
    func seriesWithoutSamples() async throws {
        let disk = disk()
        try disk.createDirectory(TestStore.directory + "/wal")
        var record: [UInt8] = [LogFormat.Record.series.rawValue]
        LogRecord.appendSeries(ref: 7, labels: Labels(text: "quiet").packed, to: &record)
        var pages = LogPages(offset: 0)
        pages.append(LogRecord.Encoded(bytes: record, isCompressed: false))
        let file = try disk.openForAppending(segment)
        try pages.bytes.withUnsafeBytes { try file.append($0) }
        for round in 0..<2 {
            let store = try TestStore(disk, clock)
            #expect(try store.samples("quiet").count == round)
            let batch = SampleBatch(of: [("quiet", [(clock.now().milliseconds + Int64(round), 1)])])
            _ = try await store.database.append(batch, policy: .keepValid)
            #expect(try store.samples("quiet").count == round + 1)
            #expect(store.database.statistics().series == 1)
            store.database.close()
        }
    }

    @Test("a missing segment is an error that names it")
    func gap() async throws {
        let disk = disk()
        for _ in 0..<3 {
            let store = try TestStore(disk, clock)
            clock.advance(by: .seconds(1))
            _ = try await store.database.append(
                SampleBatch(of: [("a", [(clock.now().milliseconds, 1)])]), policy: .keepValid)
            store.database.close()
        }
        try disk.remove(TestStore.directory + "/wal/00000001")
        let error = #expect(throws: SampleStoreError.self) { try TestStore(disk, clock) }
        #expect(error?.message.contains("segment 00000001 is missing") == true)
    }

    /// Where each record of a segment ends.
    private func recordEnds(_ bytes: [UInt8]) throws -> [Int] {
        let reader = LogSegmentReader(bytes)
        var ends: [Int] = []
        while try reader.next({ _ in }) { ends.append(reader.offset) }
        return ends
    }
}
