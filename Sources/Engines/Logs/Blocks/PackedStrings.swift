/// Strings of UTF-8 one after another in one array.
package struct PackedStrings: Sendable, Hashable {
    package internal(set) var bytes: [UInt8] = []
    /// Where each begins, and at last where the last one ends.
    package internal(set) var offsets: [UInt32] = [0]

    package init() {}

    package init(bytes: [UInt8], offsets: [UInt32]) {
        self.bytes = bytes
        self.offsets = offsets
    }

    var bytesCount: Int { bytes.count + offsets.count * 4 }

    package var count: Int { offsets.count - 1 }

    package mutating func append(_ string: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: string)
        offsets.append(UInt32(bytes.count))
    }

    package mutating func append(_ string: some StringProtocol) {
        bytes.append(contentsOf: string.utf8)
        offsets.append(UInt32(bytes.count))
    }

    /// Ends a string whose bytes were appended to `bytes`.
    mutating func end() { offsets.append(UInt32(bytes.count)) }

    package func range(_ index: Int) -> Range<Int> { Int(offsets[index])..<Int(offsets[index + 1]) }

    package subscript(index: Int) -> String { String(decoding: bytes[range(index)], as: UTF8.self) }

    /// Whether one of them, which are sorted by their bytes, is `string`.
    func hasSorted(_ string: [UInt8]) -> Bool {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if withBytes(middle, { $0.lexicographicallyPrecedes(string) }) { low = middle + 1 } else { high = middle }
        }
        return low < count && withBytes(low) { $0.elementsEqual(string) }
    }

    /// Calls `body` with the bytes of one; they are good during the call only.
    package func withBytes<Value>(_ index: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range(index)])) }
    }
}
