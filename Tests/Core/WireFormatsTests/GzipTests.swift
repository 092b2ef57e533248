import Testing
import WireFormats

@Suite("gzip")
struct GzipTests {
    /// "signal" three times.
    private static let whole: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0x2b, 0xce, 0x4c, 0xcf, 0x4b, 0xcc, 0x29, 0x46,
        0x22, 0x01, 0x4e, 0x7c, 0x86, 0xf2, 0x12, 0x00, 0x00, 0x00,
    ]

    private func content(_ block: [UInt8], bytesMax: Int = 1000) throws(WireFormatError) -> [UInt8] {
        let outcome = block.withUnsafeBytes { bytes -> Result<[UInt8], WireFormatError> in
            do throws(WireFormatError) { return .success(try Gzip.decompress(bytes, bytesMax: bytesMax)) } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    @Test("members follow one another, and the end must be there")
    func members() throws {
        let whole = Self.whole
        #expect(try content(whole) == Array("signalsignalsignal".utf8))
        #expect(try content(whole + whole).count == 36)
        for count in [0, 5, 12, whole.count - 1] {
            #expect(throws: WireFormatError.self) { try content(Array(whole.prefix(count))) }
        }
        var damaged = whole
        damaged[whole.count - 6] ^= 1
        #expect(throws: WireFormatError.self) { try content(damaged) }
    }

    @Test("content is bounded, whatever is claimed")
    func bounded() {
        #expect(throws: WireFormatError(.tooLarge, .whole, "gzip content of more than 10 bytes")) {
            try content(Self.whole, bytesMax: 10)
        }
    }
}
