internal import Basics
internal import Glibc

/// Numbers different strings in the order of their first appearance.
struct StringTable {
    private(set) var strings = PackedStrings()
    private var hashes: [UInt64] = []
    /// Open addressing, 0 for a free place, else the number plus one; at most half full.
    private var table = [UInt32](repeating: 0, count: 256)

    var count: Int { hashes.count }

    mutating func number(of text: UnsafeRawBufferPointer) -> Int {
        let hash = hash64(text)
        var slot = Int(truncatingIfNeeded: hash) & (table.count - 1)
        while table[slot] != 0 {
            let number = Int(table[slot]) - 1
            if hashes[number] == hash, strings.withBytes(number, { Self.equal($0, text) }) { return number }
            slot = (slot + 1) & (table.count - 1)
        }
        strings.append(text)
        hashes.append(hash)
        table[slot] = UInt32(hashes.count)
        if hashes.count * 2 > table.count { grow() }
        return hashes.count - 1
    }

    /// Nil for a string that has none.
    func knownNumber(of text: UnsafeRawBufferPointer) -> Int? {
        let hash = hash64(text)
        var slot = Int(truncatingIfNeeded: hash) & (table.count - 1)
        while table[slot] != 0 {
            let number = Int(table[slot]) - 1
            if hashes[number] == hash, strings.withBytes(number, { Self.equal($0, text) }) { return number }
            slot = (slot + 1) & (table.count - 1)
        }
        return nil
    }

    private mutating func grow() {
        table = [UInt32](repeating: 0, count: table.count * 4)
        for (number, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (table.count - 1)
            while table[slot] != 0 { slot = (slot + 1) & (table.count - 1) }
            table[slot] = UInt32(number + 1)
        }
    }

    @inline(__always)
    private static func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let first = left.baseAddress, let second = right.baseAddress else { return true }
        return memcmp(first, second, left.count) == 0
    }
}
