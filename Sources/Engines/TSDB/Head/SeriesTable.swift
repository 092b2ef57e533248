/// Hash to place in the slab, by open addressing with linear probing. An entry keeps 32 bits of the hash beside
/// the place, so a probe touches a record only when it is almost certainly the wanted one.
///
/// `hash64` is not keyed: labels chosen to collide make probes long. The bound on that is `probesMax`; a series
/// past it is refused by the caller as beyond the series limit.
struct SeriesTable {
    private struct Entry {
        var tag: UInt32
        /// Place plus one; 0 is an empty entry.
        var slot: UInt32
    }

    /// At most three quarters full, chains of honest hashes stay below a few dozen.
    static let probesMax = 4096

    private var entries = ContiguousArray(repeating: Entry(tag: 0, slot: 0), count: 64)
    private(set) var count = 0

    /// Shards are told apart by the hash's high bits, so the low ones are the tag.
    @inline(__always)
    private static func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash) }

    /// The place of the record with these labels.
    @inline(__always)
    func find(_ hash: UInt64, _ labels: UnsafeRawBufferPointer, in slab: SeriesSlab) -> UInt32? {
        let tag = Self.tag(hash)
        return entries.withUnsafeBufferPointer { entries in
            let mask = entries.count &- 1
            var index = Int(tag) & mask
            while true {
                let entry = entries[index]
                if entry.slot == 0 { return nil }
                if entry.tag == tag {
                    let isSame = slab.pointer(entry.slot &- 1).pointee.labels.withUnsafeBytes {
                        equalBytes($0, labels)
                    }
                    if isSame { return entry.slot &- 1 }
                }
                index = (index &+ 1) & mask
            }
        }
    }

    /// False when too many others lie in the way. There must be no record with these labels yet.
    mutating func insert(_ hash: UInt64, _ slot: UInt32) -> Bool {
        if (count + 1) * 4 > entries.count * 3 { grow() }
        guard Self.place(Entry(tag: Self.tag(hash), slot: slot + 1), in: &entries) else { return false }
        count += 1
        return true
    }

    /// Removes by place; the entries behind it move up, so no graves are left.
    mutating func remove(_ hash: UInt64, _ slot: UInt32) {
        let mask = entries.count - 1
        var hole = Int(Self.tag(hash)) & mask
        while entries[hole].slot != slot + 1 {
            if entries[hole].slot == 0 { return }
            hole = (hole + 1) & mask
        }
        var next = (hole + 1) & mask
        while entries[next].slot != 0 {
            let home = Int(entries[next].tag) & mask
            // The entry may move into the hole unless its home lies cyclically after the hole.
            if (next - home) & mask >= (next - hole) & mask {
                entries[hole] = entries[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        entries[hole].slot = 0
        count -= 1
    }

    private mutating func grow() {
        var grown = ContiguousArray(repeating: Entry(tag: 0, slot: 0), count: entries.count * 2)
        for entry in entries where entry.slot != 0 {
            // Cannot fail: in a table twice the size no chain is longer than `probesMax` allowed before.
            _ = Self.place(entry, in: &grown, probesMax: .max)
        }
        entries = grown
    }

    private static func place(
        _ entry: Entry, in entries: inout ContiguousArray<Entry>, probesMax: Int = SeriesTable.probesMax
    ) -> Bool {
        let mask = entries.count - 1
        var index = Int(entry.tag) & mask
        var probes = 0
        while entries[index].slot != 0 {
            index = (index + 1) & mask
            probes += 1
            if probes > probesMax { return false }
        }
        entries[index] = entry
        return true
    }
}
