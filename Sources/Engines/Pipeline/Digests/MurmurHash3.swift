/// Austin Appleby's hash of 128 bits for 64-bit machines (github.com/aappleby/smhasher, MurmurHash3_x64_128) with seed
/// zero; its two halves with the most significant byte first.
enum MurmurHash3 {
    private static let first: UInt64 = 0x87c3_7b91_1142_53d5
    private static let second: UInt64 = 0x4cf5_ad43_2745_937f

    static func digest(_ text: [UInt8]) -> [UInt8] {
        var (h1, h2): (UInt64, UInt64) = (0, 0)
        let wholeBytes = text.count & ~15
        for start in stride(from: 0, to: wholeBytes, by: 16) {
            h1 ^= mixedFirst(word(text, start, 8))
            h1 = (turned(h1, 27) &+ h2) &* 5 &+ 0x52dc_e729
            h2 ^= mixedSecond(word(text, start + 8, 8))
            h2 = (turned(h2, 31) &+ h1) &* 5 &+ 0x3849_5ab5
        }
        let rest = text.count - wholeBytes
        if rest > 8 { h2 ^= mixedSecond(word(text, wholeBytes + 8, rest - 8)) }
        if rest > 0 { h1 ^= mixedFirst(word(text, wholeBytes, min(rest, 8))) }
        h1 ^= UInt64(text.count)
        h2 ^= UInt64(text.count)
        h1 &+= h2
        h2 &+= h1
        (h1, h2) = (finished(h1), finished(h2))
        h1 &+= h2
        h2 &+= h1
        return [h1, h2].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * UInt64($0))) } }
    }

    private static func mixedFirst(_ word: UInt64) -> UInt64 { turned(word &* first, 31) &* second }

    private static func mixedSecond(_ word: UInt64) -> UInt64 { turned(word &* second, 33) &* first }

    private static func turned(_ word: UInt64, _ bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }

    /// Least significant byte first.
    private static func word(_ text: [UInt8], _ start: Int, _ count: Int) -> UInt64 {
        (0..<count).reduce(0) { $0 | UInt64(text[start + $1]) << (8 * UInt64($1)) }
    }

    private static func finished(_ half: UInt64) -> UInt64 {
        var half = half
        half ^= half >> 33
        half = half &* 0xff51_afd7_ed55_8ccd
        half ^= half >> 33
        half = half &* 0xc4ce_b9fe_1a85_ec53
        return half ^ half >> 33
    }
}
