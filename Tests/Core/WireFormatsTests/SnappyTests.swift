import TestKit
import Testing
import WireFormats

@Suite struct SnappyTests {
    @Test("what was compressed comes back", arguments: [0, 1, 59, 60, 61, 4096, 70_000])
    func roundTrip(count: Int) throws {
        let random = SeededRandomness(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() % 7) }
        #expect(try Snappy.decompress(Snappy.compress(bytes), bytesMax: count) == bytes)
    }

    @Test("a block cut off anywhere is refused")
    func truncated() {
        let block = Snappy.compress((0..<2000).map { UInt8(truncatingIfNeeded: $0 / 3) })
        for count in 0..<block.count {
            #expect(throws: WireFormatError.self) { try Snappy.decompress(Array(block[..<count]), bytesMax: 1 << 20) }
        }
    }

    @Test("a block that claims more than allowed is refused before memory is taken")
    func bomb() {
        // 4 294 967 295 bytes, and one that follows.
        let bomb: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x41]
        let error = #expect(throws: WireFormatError.self) { try Snappy.decompress(bomb, bytesMax: 64 << 20) }
        #expect(error?.code == .tooLarge)
        #expect(
            error?.description == "byte 0: the snappy block claims 4294967295 bytes, more than the 67108864 allowed")
    }

    private static let notBlocks: [[UInt8]] = [[], [0x80], [0xff, 0xff, 0xff, 0xff, 0xff], [5, 0]]

    @Test("what is no snappy block is malformed", arguments: notBlocks)
    func malformed(bytes: [UInt8]) {
        let error = #expect(throws: WireFormatError.self) { try Snappy.decompress(bytes, bytesMax: 1 << 20) }
        #expect(error?.code == .malformed)
    }
}
