import Basics

/// An objective's counts with the minutes taken out that corrections leave out.
struct CountedMinutes: Sendable {
    let store: CountsStore
    let series: String
    /// Sorted, apart from each other; minutes, the end exclusive.
    private let excluded: [Range<Int64>]

    init(store: CountsStore, series: String, corrections: [ObjectiveCorrection]) {
        self.store = store
        self.series = series
        // A minute of which a part is left out is left out.
        let ranges = corrections.filter { $0.revoked == nil }.map {
            floorDivide($0.fromMilliseconds, Minute.milliseconds)
                ..< -floorDivide(-$0.toMilliseconds, Minute.milliseconds)
        }
        var merged: [Range<Int64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        excluded = merged
    }

    func sum(from: Int64, to: Int64) -> CountSum {
        var sum = store.sum(series, from: from, to: to)
        forEachExcluded(from: from, to: to) { sum -= store.sum(series, from: $0.lowerBound, to: $0.upperBound) }
        return sum
    }

    func excludedCount(from: Int64, to: Int64) -> Int {
        var count = 0
        forEachExcluded(from: from, to: to) { count += $0.count }
        return count
    }

    /// One value a minute; nil without data or left out.
    func minutes(from: Int64, to: Int64) -> [MinuteCount?] {
        var result = store.minutes(series, from: from, to: to)
        forEachExcluded(from: from, to: to) { range in
            for minute in range { result[Int(minute - from)] = nil }
        }
        return result
    }

    private func forEachExcluded(from: Int64, to: Int64, _ body: (Range<Int64>) -> Void) {
        guard from < to else { return }
        for range in excluded {
            let cut = range.clamped(to: from..<to)
            if !cut.isEmpty { body(cut) }
        }
    }
}
