internal import Basics

/// A part at one moment, for who derives something of it: parts never change but for rows that are deleted.
package struct StoredPart: Sendable {
    let entry: StoreState.PartEntry

    package var number: UInt64 { entry.part.number }
    package var rowCount: Int { entry.part.rowCount }
    /// Rows that are deleted: more of them is the only way in which a part differs from itself earlier.
    package var deletedCount: Int { entry.deadCount }
    package var blockCount: Int { entry.part.blocks.count }

    /// Nanoseconds of the earliest and the latest row of a block.
    package func times(ofBlock number: Int) -> ClosedRange<Int64> { entry.part.blocks[number].times }

    package func snapshot(ofBlocks numbers: [Int]) -> LogSnapshot {
        LogSnapshot(
            sources: numbers.map {
                LogSnapshot.Source(content: .block(entry.part.blocks[$0]), dead: entry.dead[$0])
            })
    }

    /// What `blocks(ofGroup:)` goes by.
    package static func hash(ofGroup value: String) -> UInt64 { RowGrouping.hash(value) }

    /// Blocks that may have rows of the group of a value with this hash; all of a part without groups.
    package func blocks(ofGroup hash: UInt64) -> [Int] {
        guard entry.part.isGrouped else { return Array(0..<blockCount) }
        return entry.part.runs(ofGroup: hash).map(\.block)
    }
}
