/// A set of rows of one block.
package struct RowBitmap: Sendable, Hashable {
    package private(set) var words: [UInt64]
    package let rowCount: Int

    package init(rowCount: Int, all: Bool = false) {
        self.rowCount = rowCount
        words = [UInt64](repeating: all ? ~0 : 0, count: (rowCount + 63) / 64)
        if all { clearTail() }
    }

    package subscript(row: Int) -> Bool { words[row >> 6] >> UInt64(row & 63) & 1 == 1 }

    package mutating func insert(_ row: Int) { words[row >> 6] |= 1 << UInt64(row & 63) }
    package mutating func remove(_ row: Int) { words[row >> 6] &= ~(1 << UInt64(row & 63)) }

    package mutating func insert(_ rows: Range<Int>) {
        for row in rows { insert(row) }
    }

    package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
    package var isAll: Bool { count == rowCount }
    package var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    package mutating func formIntersection(_ other: RowBitmap) {
        for index in words.indices { words[index] &= other.words[index] }
    }

    package mutating func formUnion(_ other: RowBitmap) {
        for index in words.indices { words[index] |= other.words[index] }
    }

    package mutating func subtract(_ other: RowBitmap) {
        for index in words.indices { words[index] &= ~other.words[index] }
    }

    package mutating func invert() {
        for index in words.indices { words[index] = ~words[index] }
        clearTail()
    }

    /// The rows in it, ascending.
    package var rows: [Int] {
        var rows: [Int] = []
        rows.reserveCapacity(count)
        for (index, word) in words.enumerated() {
            var left = word
            while left != 0 {
                rows.append(index << 6 | left.trailingZeroBitCount)
                left &= left - 1
            }
        }
        return rows
    }

    private mutating func clearTail() {
        if rowCount & 63 != 0 { words[words.count - 1] &= (1 << UInt64(rowCount & 63)) - 1 }
    }
}
