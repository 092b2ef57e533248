/// A word that may differ in some characters: inserted, deleted, changed, or two neighbours swapped.
struct FuzzyWord: Sendable {
    private let scalars: [Unicode.Scalar]
    private let edits: Int
    private let prefixCount: Int

    init(_ text: String, edits: Int, prefixCount: Int) {
        scalars = Array(text.unicodeScalars)
        self.edits = edits
        self.prefixCount = min(prefixCount, scalars.count)
    }

    func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= 4 * (scalars.count + edits), bytes.count + edits >= scalars.count else { return false }
        let other = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        guard abs(other.count - scalars.count) <= edits, other.starts(with: scalars[..<prefixCount]) else {
            return false
        }
        return distance(other) <= edits
    }

    /// Optimal string alignment.
    private func distance(_ other: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var last = Array(0...other.count)
        for (row, scalar) in scalars.enumerated() {
            var current = [row + 1]
            for (column, candidate) in other.enumerated() {
                var best = min(last[column + 1] + 1, current[column] + 1)
                best = min(best, last[column] + (scalar == candidate ? 0 : 1))
                if row > 0, column > 0, scalar == other[column - 1], scalars[row - 1] == candidate {
                    best = min(best, before[column - 1] + 1)
                }
                current.append(best)
            }
            before = last
            last = current
        }
        return last[other.count]
    }
}
