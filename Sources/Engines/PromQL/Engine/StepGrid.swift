import Basics
import SignalModel

/// The times a query is evaluated at: `start`, `start + step` …, in milliseconds.
struct StepGrid {
    let start: Int64
    let step: Int64
    let count: Int

    init(instant: Int64) {
        start = instant
        step = 0
        count = 1
    }

    /// The last step is the last one not after `end`; `step` positive, `end` not before `start`.
    init(start: Int64, step: Int64, through end: Int64) {
        self.start = start
        self.step = step
        count = Int((end - start) / step) + 1
    }

    @inline(__always) func time(_ index: Int) -> Int64 { start + Int64(index) * step }
    var end: Int64 { time(count - 1) }

    /// The present values of a row with their times.
    func samples(_ row: ArraySlice<Double>) -> [Sample] {
        var result: [Sample] = []
        result.reserveCapacity(row.count)
        for (index, value) in row.enumerated() where !SeriesTable.isAbsent(value) {
            result.append(Sample(timestamp: Timestamp(milliseconds: time(index)), value: value))
        }
        return result
    }
}
