internal import Basics
internal import SignalModel

extension LogBlock.MemoryColumns {
    /// Where in the block groups begin, and their hashes.
    func groupRuns(by grouping: RowGrouping) -> [(hash: UInt64, row: Int)] {
        guard let number = numbers[grouping.field] else { return [] }
        let groups = columns[number].groups
        var runs: [(hash: UInt64, row: Int)] = []
        for row in groups.indices where groups[row] != 0 && (row == 0 || groups[row] != groups[row - 1]) {
            runs.append((groups[row], row))
        }
        return runs
    }
}

extension DecodedColumn {
    /// Of each row the hash of its first value, where that is a string; else 0.
    var groups: [UInt64] {
        var groups = [UInt64](repeating: 0, count: rowCount)
        let list = self.list
        var hashes = [UInt64](repeating: 0, count: list.count)
        for place in hashes.indices {
            switch list {
            case .strings(let strings): hashes[place] = strings.withBytes(place) { RowGrouping.hash($0) }
            case .mixed(let strings, let kinds) where kinds[place] == .string:
                hashes[place] = strings.withBytes(place) { RowGrouping.hash($0) }
            default: break
            }
        }
        for entry in (0..<entryCount).reversed() { groups[row(of: entry)] = hashes[place(of: entry)] }
        return groups
    }
}
