/// A shard and a place in its slab in 32 bits.
enum SeriesLocation {
    static let shardBits: UInt32 = 4
    /// Enough that two threads rarely want the same one; each costs some kilobytes when empty.
    static let shardCount = 1 << Int(shardBits)
    /// Beyond this many series in one shard a new one is refused as beyond the series limit.
    static let slotMax = UInt32.max >> shardBits - 1

    @inline(__always)
    static func pack(slot: UInt32, shard: Int) -> UInt32 { slot << shardBits | UInt32(shard) }

    @inline(__always)
    static func shard(_ location: UInt32) -> Int { Int(location & (1 << shardBits - 1)) }

    @inline(__always)
    static func slot(_ location: UInt32) -> UInt32 { location >> shardBits }

    /// By the hash's high bits; the low ones place the series inside the shard's table.
    @inline(__always)
    static func shard(ofHash hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> UInt64(64 - shardBits)) }
}
