import TestKit
import Testing

@testable import TSDB

@Suite("Which blocks are merged")
struct CompactionPlanTests {
    private static let hour: Int64 = 3_600_000

    /// Blocks as spans of hours.
    private func plan(_ spans: [ClosedRange<Int64>], failed: Set<Int> = [], longest: Int64 = 200) -> [Int64] {
        let blocks = spans.enumerated().map { number, span in
            var meta = BlockMeta(
                ulid: "\(number)", minTime: span.lowerBound * Self.hour, maxTime: span.upperBound * Self.hour,
                compaction: BlockMeta.Compaction(level: 1))
            if failed.contains(number) { meta.compaction.failed = true }
            return meta
        }
        let chosen = CompactionPlan.next(blocks, ranges: CompactionPlan.ranges(longest: longest * Self.hour))
        return chosen.map { $0.minTime / Self.hour }
    }

    @Test("ranges grow threefold up to the longest")
    func ranges() {
        #expect(CompactionPlan.ranges(longest: 36 * Self.hour).map { $0 / Self.hour } == [2, 6, 18])
        #expect(CompactionPlan.ranges(longest: 0).map { $0 / Self.hour } == [2])
    }

    @Test(
        "full or past ranges are merged, overlapping blocks first",
        arguments: [
            ([], []),
            ([0...2], []),
            ([0...2, 2...4], []),
            // Full: merged although nothing newer is there.
            ([0...2, 2...4, 4...6], [0, 2, 4]),
            // Not full, but past.
            ([0...2, 4...6, 6...8], [0, 4]),
            // The newest range may still be added to.
            ([0...6, 6...8, 8...10], []),
            ([0...6, 6...12, 12...18], [0, 6, 12]),
            ([0...2, 1...3, 4...6], [0, 1]),
            ([0...18, 2...4], [0, 2]),
            // Larger than the longest range: left alone.
            ([0...162, 162...324, 324...486], []),
        ] as [([ClosedRange<Int64>], [Int64])])
    func table(spans: [ClosedRange<Int64>], expected: [Int64]) {
        #expect(plan(spans) == expected)
    }

    @Test("blocks whose merge failed are left alone")
    func failed() { #expect(plan([0...2, 2...4, 4...6, 6...8], failed: [1]) == [0, 4]) }
}
