/// A fast 64-bit hash of bytes for in-memory tables: eight bytes a step through a 64×64→128 multiply.
///
/// After the mixing step of wyhash (Wang Yi, public domain). Not stable across versions; never stored.
/// Not keyed: tables that strangers fill must bound their probe length or entry count.
@inlinable
package func hash64(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    var state = seed ^ 0xa076_1d64_78bd_642f
    var offset = 0
    let count = bytes.count
    while offset + 8 <= count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        state = hashMix(state ^ word, 0xe703_7ed1_a0b4_28db)
        offset += 8
    }
    var tail: UInt64 = 0
    var shift: UInt64 = 0
    while offset < count {
        tail |= UInt64(bytes[offset]) << shift
        shift += 8
        offset += 1
    }
    state = hashMix(state ^ tail, 0x8ebc_6af0_9c88_c6e3)
    return hashMix(state ^ UInt64(truncatingIfNeeded: count), 0x5899_65cc_7537_4cc3)
}

@inlinable @inline(__always)
package func hashMix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}
