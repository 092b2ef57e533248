import Basics

/// Texts that come again and again, each once, found by their bytes. Number 0 is the empty text.
package struct SpanNames: Sendable {
    /// By number.
    package private(set) var texts: [String] = [""]
    private var hashes: [UInt64] = [0]
    private var bytes: [UInt8] = []
    private var ends: [Int] = [0]
    /// Numbers by hash; 0 is free. Its count is a power of two.
    private var slots: [UInt32] = []

    /// What strangers fill must not be slow to search: past as many looks a text gets another number.
    private static let probesMax = 64

    package init() {}

    package mutating func number(of text: UnsafeRawBufferPointer) -> UInt32 {
        guard text.count > 0 else { return 0 }
        if slots.count < texts.count * 2 { grow() }
        let hash = hash64(text)
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        var probes = 0
        while slots[slot] != 0, probes < Self.probesMax {
            let number = Int(slots[slot])
            if hashes[number] == hash, isEqual(number, text) { return slots[slot] }
            slot = (slot + 1) & mask
            probes += 1
        }
        append(text, hash)
        let number = UInt32(texts.count - 1)
        if slots[slot] == 0 { slots[slot] = number }
        return number
    }

    /// Gives the next number to `text`, which is not looked for.
    mutating func append(_ text: UnsafeRawBufferPointer) { append(text, hash64(text)) }

    private mutating func append(_ text: UnsafeRawBufferPointer, _ hash: UInt64) {
        texts.append(String(decoding: text, as: UTF8.self))
        hashes.append(hash)
        bytes.append(contentsOf: text)
        ends.append(bytes.count)
    }

    /// The bytes of a name.
    func withBytes<Value>(of number: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        let range = (number == 0 ? 0 : ends[number - 1])..<ends[number]
        return bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    var bytesCount: Int { bytes.count }

    package mutating func number(of text: String) -> UInt32 {
        var text = text
        return text.withUTF8 { number(of: UnsafeRawBufferPointer($0)) }
    }

    /// Empties it, keeping its memory.
    mutating func removeAll() {
        texts.removeSubrange(1...)
        hashes.removeSubrange(1...)
        ends.removeSubrange(1...)
        bytes.removeAll(keepingCapacity: true)
        for slot in slots.indices { slots[slot] = 0 }
    }

    private func isEqual(_ number: Int, _ text: UnsafeRawBufferPointer) -> Bool {
        let range = ends[number - 1]..<ends[number]
        guard range.count == text.count else { return false }
        return bytes.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[range]).elementsEqual(text) }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: max(64, slots.count * 2))
        let mask = slots.count - 1
        for number in 1..<max(1, texts.count) {
            var slot = Int(truncatingIfNeeded: hashes[number]) & mask
            var probes = 0
            while slots[slot] != 0, probes < Self.probesMax {
                slot = (slot + 1) & mask
                probes += 1
            }
            if slots[slot] == 0 { slots[slot] = UInt32(number) }
        }
    }
}
