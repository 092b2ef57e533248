internal import Basics
internal import SignalModel

/// Counts keys of up to 15 bytes, each in one place of one table: with a million of them, what it costs is the misses
/// of the processor's caches.
struct KeyCounts {
    struct Key: Hashable {
        var low: UInt64
        /// Its highest byte is the count of bytes.
        var high: UInt64

        static let bytesMax = 15

        /// Of one byte at least and at most so many.
        init(_ bytes: [UInt8]) {
            (low, high) = (0, UInt64(bytes.count) << 56)
            for (place, byte) in bytes.enumerated() {
                if place < 8 {
                    low |= UInt64(byte) << UInt64(place * 8)
                } else {
                    high |= UInt64(byte) << UInt64(place * 8 - 64)
                }
            }
        }

        var bytes: [UInt8] {
            var bytes: [UInt8] = []
            for place in 0..<Int(high >> 56) {
                let word = place < 8 ? low : high
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(place % 8 * 8)))
            }
            return bytes
        }

        fileprivate var hash: Int {
            let product = (low ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(
                by: high ^ 0xe703_7ed1_a0b4_28db)
            let mixed = (product.high ^ product.low ^ low) &* 0x9e37_79b9_7f4a_7c15
            return Int(truncatingIfNeeded: mixed >> 20)
        }
    }

    struct Entry {
        var key: Key
        /// Shifted by three bits, below which is the kind.
        fileprivate var packed: UInt64

        var count: Int { Int(packed >> 3) }
        var kind: LogBatch.Kind { LogBatch.Kind(rawValue: UInt8(packed & 7)) ?? .string }
    }

    /// Open addressing, at most three quarters full; a free place has nothing packed.
    private var table: [Entry]
    private(set) var count = 0
    /// Keeps the compiler from leaving out loads that are there to be early.
    private var touched: UInt64 = 0
    private static let free = Entry(key: Key([]), packed: 0)

    init() { table = [Entry](repeating: Self.free, count: 64) }

    /// What the table takes; while it grows it is half as much more.
    var bytesCount: Int { table.count * MemoryLayout<Entry>.stride }

    /// Counts each once. Their places are looked at first, all together: what is not in a cache is fetched side by
    /// side then, rather than one after another.
    mutating func add(_ keys: [Key], _ kind: LogBatch.Kind) {
        let mask = table.count - 1
        for key in keys { touched &+= table[key.hash & mask].packed }
        for key in keys { add(key, kind, 1) }
    }

    mutating func add(_ key: Key, _ kind: LogBatch.Kind, _ more: Int) {
        let mask = table.count - 1
        let isNew = table.withUnsafeMutableBufferPointer { table in
            var slot = key.hash & mask
            while table[slot].packed != 0 {
                if table[slot].key == key {
                    table[slot].packed += UInt64(more) << 3
                    return false
                }
                slot = (slot + 1) & mask
            }
            table[slot] = Entry(key: key, packed: UInt64(more) << 3 | UInt64(kind.rawValue))
            return true
        }
        guard isNew else { return }
        count += 1
        if count * 4 > table.count * 3 { grow() }
    }

    private mutating func grow() {
        let old = table
        table = [Entry](repeating: Self.free, count: old.count * 2)
        let mask = table.count - 1
        for entry in old where entry.packed != 0 {
            var slot = entry.key.hash & mask
            while table[slot].packed != 0 { slot = (slot + 1) & mask }
            table[slot] = entry
        }
    }

    /// As they stand in the table: there may be millions.
    var entries: some Collection<Entry> { table.lazy.filter { $0.packed != 0 } }
}
