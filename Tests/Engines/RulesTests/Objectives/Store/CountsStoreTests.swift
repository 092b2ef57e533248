import Basics
import TestKit
import Testing

@testable import Rules

@Suite("Counts of objectives on disk")
struct CountsStoreTests {
    private static let start: Int64 = 20_000 * 1440

    private static func disk(_ seed: UInt64 = 1) -> MemoryFileSystem {
        MemoryFileSystem(randomness: SeededRandomness(seed: seed))
    }

    private static func open(_ disk: MemoryFileSystem) throws -> CountsStore {
        try CountsStore(directory: "objectives", disk: disk)
    }

    @Test(
        "any window is the sum of its minutes, before and after a fold and a restart",
        arguments: [1, 2, 3] as [UInt64])
    func windows(seed: UInt64) throws {
        let chance = SeededRandomness(seed: seed)
        let disk = Self.disk(seed)
        var store = try Self.open(disk)
        var model: [Int64: MinuteCount] = [:]
        for round in 0..<60 {
            let first = Self.start + Int64(chance.next() % 5000)
            let minutes = (0..<Int64(chance.next() % 200 + 1)).map { step -> (minute: Int64, count: MinuteCount?) in
                let total = Int64(chance.next() % 100_000)
                return (first + step, MinuteCount(bad: Int64(chance.next() % 5) - 1, total: total))
            }
            try store.record([SeriesMinutes(series: "a", minutes: minutes)])
            for (minute, count) in minutes { model[minute] = count }
            if round % 13 == 5 { try store.fold(at: Self.start + 6000) }
            if round % 17 == 7 { store = try Self.open(disk) }
            for _ in 0..<10 {
                let from = Self.start - 100 + Int64(chance.next() % 5500)
                let to = from + Int64(chance.next() % 3000)
                let wanted = model.filter { $0.key >= from && $0.key < to }.values.reduce(into: CountSum.zero) {
                    $0 += CountSum(bad: $1.bad, total: $1.total, minutes: 1)
                }
                #expect(store.sum("a", from: from, to: to) == wanted)
                #expect(store.minutes("a", from: from, to: to) == (from..<to).map { model[$0] })
            }
        }
        #expect(store.latest("a") == model.keys.max())
    }

    @Test("a minute that is recorded twice counts once, and costs nothing the second time")
    func idempotent() throws {
        let disk = Self.disk()
        let store = try Self.open(disk)
        let batch = [SeriesMinutes(series: "a", minutes: [(Self.start, MinuteCount(bad: 1, total: 10))])]
        #expect(try store.record(batch) == 1)
        let syncs = disk.syncCount
        #expect(try store.record(batch) == 0)
        #expect(disk.syncCount == syncs)
        #expect(store.sum("a", from: Self.start, to: Self.start + 1).total == 10)
    }

    @Test("power may go at every byte: what was recorded is there, once and whole")
    func powerCuts() throws {
        for cut in Array(stride(from: 0, through: 1500, by: 29)) + Array(stride(from: 1500, to: 60_000, by: 641)) {
            let disk = Self.disk(UInt64(cut) + 1)
            var promised: [Int64: MinuteCount] = [:]
            disk.cutPower(afterBytes: cut)
            do {
                let store = try Self.open(disk)
                for minute in Self.start..<Self.start + 40 {
                    let count = MinuteCount(bad: minute % 3, total: minute)
                    try store.record([
                        SeriesMinutes(series: "a", minutes: [(minute, count)]),
                        SeriesMinutes(series: "b", minutes: [(minute, count)]),
                    ])
                    promised[minute] = count
                    if minute % 7 == 0 { try store.fold(at: minute) }
                }
            } catch is FileSystemError {}
            disk.crash()
            let store = try Self.open(disk)
            for name in ["a", "b"] {
                for (minute, count) in promised {
                    #expect(store.minutes(name, from: minute, to: minute + 1) == [count], "cut after \(cut) bytes")
                }
            }
            // What was under way is there or not, but of nobody else.
            let all = store.sum("a", from: Self.start - 10_000, to: Self.start + 10_000)
            #expect(all.minutes <= promised.count + 1, "cut after \(cut) bytes")
            try store.record([
                SeriesMinutes(series: "a", minutes: [(Self.start + 100, MinuteCount(bad: 0, total: 1))])
            ])
        }
    }

    @Test("a full disk refuses a record whole, and takes it once there is room")
    func fullDisk() throws {
        let disk = Self.disk()
        let store = try Self.open(disk)
        try store.record([SeriesMinutes(series: "a", minutes: [(Self.start, MinuteCount(bad: 0, total: 1))])])
        for room in 0..<20 {
            disk.spaceLeft = room
            let batch = [
                SeriesMinutes(series: "b\(room)", minutes: [(Self.start + 1, MinuteCount(bad: 5, total: 9))])
            ]
            #expect(throws: FileSystemError.self) { try store.record(batch) }
            #expect(store.sum("b\(room)", from: Self.start, to: Self.start + 9) == .zero)
            disk.spaceLeft = nil
            try store.record(batch)
        }
        let again = try Self.open(disk)
        #expect(again.sum("a", from: Self.start, to: Self.start + 9).total == 1)
        for room in 0..<20 { #expect(again.sum("b\(room)", from: Self.start, to: Self.start + 9).total == 9) }
    }

    @Test("a day's file that was damaged is put aside and named; other days stay")
    func damage() throws {
        let disk = Self.disk()
        let store = try Self.open(disk)
        for day in [0, 1] as [Int64] {
            try store.record([
                SeriesMinutes(series: "a", minutes: [(Self.start + day * 1440, MinuteCount(bad: 1, total: 2))])
            ])
        }
        try store.fold(at: Self.start + 1440)
        disk.damage("objectives/" + DayFile.name(20_000)) { $0[20] ^= 1 }
        let again = try Self.open(disk)
        #expect(again.problems.count == 1)
        #expect(again.problems.first?.contains(DayFile.name(20_000)) == true)
        #expect(again.sum("a", from: Self.start, to: Self.start + 2880) == CountSum(bad: 1, total: 2, minutes: 1))
        #expect(try disk.list("objectives").contains(DayFile.name(20_000) + ".damaged"))
    }

    @Test("whatever the bytes are, they are read or refused", arguments: [5, 6] as [UInt64])
    func hostileBytes(seed: UInt64) throws {
        let chance = SeededRandomness(seed: seed)
        var day = DayMinutes()
        for minute in 0..<200 { day[minute * 7] = MinuteCount(bad: Int64(minute), total: Int64(minute) << 40) }
        let whole = DayBlock.encode(day)
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<chance.next() % 4 + 1 {
                bytes[Int(chance.next() % UInt64(bytes.count))] = UInt8(chance.next() % 256)
            }
            if chance.next() % 3 == 0 { bytes.removeLast(Int(chance.next() % UInt64(bytes.count))) }
            bytes.withUnsafeBytes { raw in
                _ = try? DayBlock.decode(raw)
                _ = try? DayBlock.prefix(raw, Int(chance.next() % 1440))
            }
            // The same behind good checksums.
            var payload = Array(bytes.prefix(60))
            var log = CountsLog.magic
            DayBlock.append(UInt64(payload.count), bytes: 4, to: &log)
            DayBlock.append(UInt64(CRC32C.checksum(payload)), bytes: 4, to: &log)
            log += payload
            var names = CountsLog.Names()
            let end = log.withUnsafeBytes { CountsLog.read($0, &names) { _ in } }
            #expect(end <= log.count)
            payload.insert(contentsOf: [0], at: 0)
            var file = DayFile.magic
            DayBlock.append(UInt64(payload.count), bytes: 4, to: &file)
            DayBlock.append(UInt64(CRC32C.checksum(payload)), bytes: 4, to: &file)
            if let read = try? DayFile(FileContent(copying: file + payload + bytes), day: 0) {
                for name in read.places.keys { _ = try? read.minutes(name) }
            }
        }
    }

    @Test("days beyond 400 are removed by the next fold")
    func retention() throws {
        let disk = Self.disk()
        let store = try Self.open(disk)
        for day in [0, 300] as [Int64] {
            try store.record([
                SeriesMinutes(series: "a", minutes: [(Self.start + day * 1440, MinuteCount(bad: 0, total: 1))])
            ])
        }
        try store.fold(at: Self.start + 300 * 1440)
        try store.fold(at: Self.start + 401 * 1440)
        #expect(store.sum("a", from: Self.start, to: Self.start + 500 * 1440).total == 1)
    }

    @Test("a month at a thousand requests a second takes less than 0.7 MB")
    func size() throws {
        let disk = Self.disk()
        let store = try Self.open(disk)
        let chance = SeededRandomness(seed: 7)
        for day in 0..<30 as Range<Int64> {
            let minutes = (0..<1440).map { minute -> (minute: Int64, count: MinuteCount?) in
                (
                    Self.start + day * 1440 + minute,
                    MinuteCount(bad: Int64(chance.next() % 120), total: 60_000 + Int64(chance.next() % 10_000))
                )
            }
            try store.record([SeriesMinutes(series: "a", minutes: minutes)])
        }
        try store.fold(at: Self.start + 30 * 1440)
        #expect(store.fileBytes < 700_000)
        #expect(store.fileBytes > 43_200)
    }
}
