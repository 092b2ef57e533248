import Basics
import TestKit
import Testing

@Suite("CRC-32C")
struct CRC32CTests {
    struct Known: Sendable {
        var bytes: [UInt8]
        var checksum: UInt32
    }

    @Test(
        "known values",
        arguments: [
            Known(bytes: [], checksum: 0), Known(bytes: Array("123456789".utf8), checksum: 0xe306_9283),
            Known(bytes: Array(repeating: 0, count: 32), checksum: 0x8a91_36aa),
            Known(bytes: Array(repeating: 0xff, count: 32), checksum: 0x62a8_ab43),
            Known(bytes: Array(0..<32), checksum: 0x46dd_794e),
        ])
    func known(_ known: Known) { #expect(CRC32C.checksum(known.bytes) == known.checksum) }

    @Test("eight at a time or one at a time, the same", arguments: 0..<30)
    func lengths(count: Int) {
        let chance = SeededRandomness(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
        var state: UInt32 = 0xffff_ffff
        for byte in bytes {
            state ^= UInt32(byte)
            for _ in 0..<8 { state = state & 1 == 1 ? state >> 1 ^ 0x82f6_3b78 : state >> 1 }
        }
        #expect(CRC32C.checksum(bytes) == ~state)
    }
}
