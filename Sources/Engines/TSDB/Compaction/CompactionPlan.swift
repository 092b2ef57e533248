import Basics

/// Which blocks to make into one, after Prometheus' levelled compaction (tsdb/compact.go): overlapping ones first,
/// then what lies in one range of the next size, once that range is full or past.
enum CompactionPlan {
    /// Spans of blocks, each three times the one before, as long as `longest` allows: two hours, six, eighteen …
    static func ranges(longest: Int64) -> [Int64] {
        var ranges = [BlockRange.milliseconds]
        while let next = ranges.last.map({ $0 * 3 }), next <= longest { ranges.append(next) }
        return ranges
    }

    /// Blocks, oldest first; empty when nothing is to be done.
    static func next(_ blocks: [BlockMeta], ranges: [Int64]) -> [BlockMeta] {
        let usable = blocks.filter { $0.compaction.failed != true }
            .sorted { ($0.minTime, $0.ulid) < ($1.minTime, $1.ulid) }
        let overlapping = overlaps(usable)
        if !overlapping.isEmpty { return overlapping }
        guard let newest = usable.last else { return [] }
        for range in ranges.dropFirst() {
            for group in groups(usable, range: range) where group.count > 1 {
                let start = alignedStart(group[0].minTime, range)
                let end = group.map(\.maxTime).max() ?? start
                // A range that may still be added to waits, unless its blocks fill it already.
                if end - group[0].minTime == range || (end <= newest.minTime && !group.contains(newest)) {
                    return group
                }
            }
        }
        return []
    }

    private static func overlaps(_ blocks: [BlockMeta]) -> [BlockMeta] {
        var group: [BlockMeta] = []
        var end = Int64.min
        for block in blocks {
            if block.minTime < end {
                group.append(block)
            } else {
                if group.count > 1 { return group }
                group = [block]
            }
            end = max(end, block.maxTime)
        }
        return group.count > 1 ? group : []
    }

    /// Blocks that lie wholly inside one aligned span of `range`.
    private static func groups(_ blocks: [BlockMeta], range: Int64) -> [[BlockMeta]] {
        var result: [[BlockMeta]] = []
        var start = Int64.min
        for block in blocks {
            let own = alignedStart(block.minTime, range)
            guard block.maxTime <= own + range else { continue }
            if own == start, !result.isEmpty {
                result[result.count - 1].append(block)
            } else {
                result.append([block])
                start = own
            }
        }
        return result
    }

    private static func alignedStart(_ time: Int64, _ range: Int64) -> Int64 {
        let remainder = time % range
        return time - (remainder < 0 ? remainder + range : remainder)
    }
}
