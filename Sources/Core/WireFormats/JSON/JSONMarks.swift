/// Where texts of JSON end or go on otherwise.
extension UnsafeRawBufferPointer {
    /// The first quotation mark or backslash from `start` on, looked for eight bytes at a time; of the last seven bytes
    /// before `end` none is looked at, so what is found there may be any.
    @inline(__always)
    func quoteOrBackslash(from start: Int, to end: Int) -> Int {
        var place = start
        while place + 8 <= end {
            let word = loadUnaligned(fromByteOffset: place, as: UInt64.self)
            let marks = Self.zeros(word ^ 0x2222_2222_2222_2222) | Self.zeros(word ^ 0x5c5c_5c5c_5c5c_5c5c)
            guard marks == 0 else { return place + (marks.trailingZeroBitCount >> 3) }
            place += 8
        }
        return place
    }

    /// The high bit of each byte that is zero, exact up to and with the first.
    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }
}
