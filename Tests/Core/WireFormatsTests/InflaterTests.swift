import TestKit
import Testing

@testable import WireFormats

@Suite struct InflaterTests {
    /// "signal" three times.
    private static let gzip: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0x2b, 0xce, 0x4c, 0xcf, 0x4b, 0xcc, 0x29, 0x46,
        0x22, 0x01, 0x4e, 0x7c, 0x86, 0xf2, 0x12, 0x00, 0x00, 0x00,
    ]
    private static let zlib: [UInt8] = [
        0x78, 0x9c, 0x2b, 0xce, 0x4c, 0xcf, 0x4b, 0xcc, 0x29, 0x46, 0x22, 0x01, 0x47, 0x67, 0x07, 0x7b,
    ]

    @Test("compressed bytes may come in any parts, several members one after the other", arguments: [1, 2, 7, 1000])
    func parts(size: Int) throws {
        for packed in [Self.gzip, Self.zlib, Self.gzip + Self.gzip] {
            #expect(Inflater.isCompressed(packed[0], packed[1]))
            let inflater = Inflater()
            var result: [UInt8] = []
            for start in stride(from: 0, to: packed.count, by: size) {
                #expect(!inflater.isAtEnd || start == Self.gzip.count)
                try packed[start..<min(packed.count, start + size)].withUnsafeBytes { bytes in
                    try inflater.inflate(bytes) { result.append(contentsOf: $0) }
                }
            }
            #expect(inflater.isAtEnd)
            #expect(String(decoding: result, as: UTF8.self).hasPrefix("signalsignalsignal"))
        }
    }

    @Test("damage is told")
    func damage() throws {
        let inflater = Inflater()
        #expect(throws: WireFormatError.self) {
            try ([0x1f, 0x8b, 8, 0xff, 1, 2, 3, 4, 5, 6, 7] as [UInt8]).withUnsafeBytes { bytes in
                try inflater.inflate(bytes) { _ in }
            }
        }
    }
}
