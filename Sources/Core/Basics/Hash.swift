/// A fast 64-bit hash of bytes for in-memory tables: sixteen bytes a step through a 64×64→128 multiply.
///
/// After wyhash (Wang Yi, public domain). Not stable across versions; never stored.
/// Not keyed: tables that strangers fill must bound their probe length or entry count.
@inlinable
package func hash64(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    var state = seed ^ 0xa076_1d64_78bd_642f
    let count = bytes.count
    var first: UInt64 = 0
    var second: UInt64 = 0
    if count >= 16 {
        var offset = 0
        while count - offset > 16 {
            state = hashMix(hashWord(bytes, offset) ^ 0xe703_7ed1_a0b4_28db, hashWord(bytes, offset + 8) ^ state)
            offset += 16
        }
        // The last sixteen, some of which the loop may have seen.
        first = hashWord(bytes, count - 16)
        second = hashWord(bytes, count - 8)
    } else if count >= 8 {
        first = hashWord(bytes, 0)
        second = hashWord(bytes, count - 8)
    } else {
        for (index, byte) in bytes.enumerated() { first |= UInt64(byte) << UInt64(8 * index) }
    }
    state = hashMix(first ^ 0x8ebc_6af0_9c88_c6e3, second ^ state)
    return hashMix(state ^ UInt64(truncatingIfNeeded: count), 0x5899_65cc_7537_4cc3)
}

@inlinable @inline(__always)
package func hashWord(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
}

@inlinable @inline(__always)
package func hashMix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}
