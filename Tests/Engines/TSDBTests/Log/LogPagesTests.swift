import Basics
import TestKit
import Testing

@testable import TSDB

@Suite("Log pages and records")
struct LogPagesTests {
    private func record(_ bytes: [UInt8]) -> LogRecord.Encoded {
        LogRecord.Encoded(bytes: bytes, isCompressed: false)
    }

    private func read(_ bytes: [UInt8]) throws -> [[UInt8]] {
        let reader = LogSegmentReader(bytes)
        var records: [[UInt8]] = []
        while try reader.next({ records.append(Array($0)) }) {}
        return records
    }

    @Test("a fragment is type, length, checksum and content")
    func bytes() {
        var pages = LogPages(offset: 0)
        pages.append(record([0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39]))
        // e3069283 is the check value of CRC-32C for "123456789".
        #expect(pages.bytes == [1, 0, 9, 0xe3, 0x06, 0x92, 0x83] + Array("123456789".utf8))
    }

    @Test("records of any length around a page come back", arguments: 0..<20)
    func lengths(seed: UInt64) throws {
        let chance = SeededRandomness(seed: seed)
        var pages = LogPages(offset: 0)
        var written: [[UInt8]] = []
        for _ in 0..<40 {
            let near = [0, 1, 20, 32_740, 32_755, 32_761, 32_762, 65_500, 100_000][Int(chance.next() % 9)]
            let bytes = [UInt8](
                repeating: UInt8(truncatingIfNeeded: chance.next()), count: near + Int(chance.next() % 12))
            written.append(bytes)
            pages.append(record(bytes))
            #expect(pages.offset == pages.bytes.count)
        }
        #expect(try read(pages.bytes) == written, "seed \(seed)")
        #expect(
            pages.bytes.count
                <= LogFormat.bytesNeeded(written.reduce(0) { $0 + $1.count }, records: written.count))
    }

    @Test("zeros at the end of a segment are the rest of a page")
    func padding() throws {
        var pages = LogPages(offset: 0)
        pages.append(record([1, 2, 3]))
        #expect(try read(pages.bytes + [UInt8](repeating: 0, count: 32_768 - pages.bytes.count)) == [[1, 2, 3]])
        #expect(try read(pages.bytes + [0, 0, 0]) == [[1, 2, 3]])
    }

    @Test("a snappy record is unpacked; one with zstd says what to do")
    func compression() throws {
        let content = [UInt8](repeating: 7, count: 100_000)
        let packed = LogRecord.compressed(content)
        #expect(packed.isCompressed && packed.bytes.count < 10_000)
        var pages = LogPages(offset: 0)
        pages.append(packed)
        #expect(try read(pages.bytes) == [content])
        var zstd = pages.bytes
        zstd[0] = 1 | 1 << 4
        let damage = #expect(throws: LogSegmentReader.Damage.self) { try read(zstd) }
        #expect(damage?.kind == .unsupported)
        #expect(damage?.reason.contains("zstd") == true)
    }

    @Test("altered bytes are refused with their place, and never crash", arguments: 0..<30)
    func altered(seed: UInt64) {
        let chance = SeededRandomness(seed: seed)
        var pages = LogPages(offset: 0)
        for size in [10, 3000, 40_000, 5] {
            pages.append(LogRecord.compressed((0..<size).map { UInt8($0 * 7 & 0xff) }))
        }
        var bytes = pages.bytes
        for _ in 0..<3 { bytes[Int(chance.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: chance.next()) }
        do { _ = try read(bytes) } catch {
            let damage = error as? LogSegmentReader.Damage
            #expect(damage != nil && damage!.offset < bytes.count)
        }
    }
}
