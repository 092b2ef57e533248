import Basics
package import SignalModel

/// Numbers label sets by what a projection keeps of them: equal ones get the same number, new ones the next.
///
/// Open addressing over flat arrays; a look-up makes no object. The hash is seeded by chance a process, so that
/// nobody outside can choose labels that collide.
package struct LabelIndex {
    private let projection: LabelProjection
    /// Number plus one; zero is free. The count is a power of two, at most half full.
    private var slots: [Int32] = Array(repeating: 0, count: 64)
    private var hashes: [UInt64] = []
    /// What was kept of each set, one after another; `ends[i]` is where number i ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    private static let seed = UInt64(bitPattern: Int64(Hasher().finalize()))

    package init(_ projection: LabelProjection) { self.projection = projection }

    package var count: Int { hashes.count }

    /// The number of `labels`; equal to `count` before the call when they are new.
    package mutating func place(_ labels: Labels) -> Int {
        let start = bytes.count
        labels.packed.withUnsafeBytes { projection.append($0, to: &bytes) }
        let hash = bytes.withUnsafeBytes { hash64(UnsafeRawBufferPointer(rebasing: $0[start...]), seed: Self.seed) }
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if hashes[number] == hash, isEqual(number, from: start) {
                bytes.removeSubrange(start...)
                return number
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        let number = hashes.count
        slots[slot] = Int32(number + 1)
        hashes.append(hash)
        ends.append(bytes.count)
        if hashes.count * 2 > slots.count { grow() }
        return number
    }

    /// The number of `labels` if some set got it already, under another projection's view of the same labels.
    package mutating func find(_ labels: Labels, seenThrough other: LabelProjection) -> Int? {
        let start = bytes.count
        labels.packed.withUnsafeBytes { other.append($0, to: &bytes) }
        defer { bytes.removeSubrange(start...) }
        let hash = bytes.withUnsafeBytes { hash64(UnsafeRawBufferPointer(rebasing: $0[start...]), seed: Self.seed) }
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if hashes[number] == hash, isEqual(number, from: start) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// What was kept of set `number`.
    package func labels(_ number: Int) -> Labels {
        Labels(packed: Array(bytes[(number == 0 ? 0 : ends[number - 1])..<ends[number]]))
    }

    private func isEqual(_ number: Int, from start: Int) -> Bool {
        let lower = number == 0 ? 0 : ends[number - 1]
        return bytes.withUnsafeBytes {
            compareBytes(
                UnsafeRawBufferPointer(rebasing: $0[lower..<ends[number]]),
                UnsafeRawBufferPointer(rebasing: $0[start...])) == 0
        }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for (number, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(number + 1)
        }
    }
}
