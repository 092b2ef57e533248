/// Text that stands in a JSON string as it is.
enum JSONPlainText {
    /// How many bytes come before the first that needs an escape. Eight at a time: all but a few texts need none.
    static func prefixCount(_ text: UnsafeRawBufferPointer) -> Int {
        var place = 0
        while place + 8 <= text.count {
            let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            let found = below0x20(word) | zeros(word ^ every(0x22)) | zeros(word ^ every(0x5c))
            // Marks above the lowest may be borrowed ones; the lowest never is.
            if found != 0 { return place + found.trailingZeroBitCount / 8 }
            place += 8
        }
        while place < text.count, text[place] >= 0x20, text[place] != 0x22, text[place] != 0x5c { place += 1 }
        return place
    }

    @inline(__always)
    private static func every(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }

    /// The top bit of each byte that is zero.
    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- every(1)) & ~word & every(0x80) }

    @inline(__always)
    private static func below0x20(_ word: UInt64) -> UInt64 { (word &- every(0x20)) & ~word & every(0x80) }
}
