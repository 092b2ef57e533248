/// Reads bits, most significant first, with one unaligned 64-bit load per number. Never reads past the end:
/// asking for more returns nil.
struct BitReader {
    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    private let bitCount: Int

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, fromByte offset: Int) {
        self.bytes = bytes
        position = offset * 8
        bitCount = bytes.count * 8
    }

    @inline(__always) var bitsLeft: Int { bitCount - position }

    /// The next `count` bits, 1 to 64.
    @inline(__always)
    mutating func read(_ count: Int) -> UInt64? {
        guard position &+ count <= bitCount else { return nil }
        let result: UInt64
        if count <= 56 {
            // After up to seven bits skipped in the first byte, 57 are there.
            result = peek() &>> UInt64(truncatingIfNeeded: 64 &- count)
        } else {
            let high = peek() &>> 32
            position &+= 32
            let low = peek() &>> UInt64(truncatingIfNeeded: 96 &- count)
            position &-= 32
            result = high &<< UInt64(truncatingIfNeeded: count &- 32) | low
        }
        position &+= count
        return result
    }

    /// The next 57 or more bits at the top of the word, zeros beyond the end; moves nothing.
    @inline(__always)
    func peek() -> UInt64 {
        let byte = position &>> 3
        let shift = UInt64(truncatingIfNeeded: position & 7)
        if byte &+ 8 <= bytes.count {
            return bytes.loadUnaligned(fromByteOffset: byte, as: UInt64.self).bigEndian &<< shift
        }
        return peekNearEnd(byte) &<< shift
    }

    /// Moves over bits already seen by `peek`; false when there are not so many.
    @inline(__always)
    mutating func skip(_ count: Int) -> Bool {
        position &+= count
        return position <= bitCount
    }

    private func peekNearEnd(_ byte: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in byte..<byte + 8 {
            word = word << 8 | (index < bytes.count ? UInt64(bytes[index]) : 0)
        }
        return word
    }

    mutating func readVarint() -> UInt64? {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 70, let byte = read(8) {
            if shift == 63, byte > 1 { return nil }
            result |= (byte & 0x7f) << shift
            if byte < 0x80 { return result }
            shift += 7
        }
        return nil
    }
}
