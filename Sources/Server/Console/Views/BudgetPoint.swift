package import Basics

/// A stretch of an objective's past, without minutes that corrections leave out.
package struct BudgetPoint: Sendable, Hashable {
    package var start: Timestamp
    package var end: Timestamp
    package var bad: Int64
    package var total: Int64
    /// With data.
    package var minutes: Int
    /// Share of the budget that was spent at the end, over the window that ended there.
    package var consumed: Double

    package init(start: Timestamp, end: Timestamp, bad: Int64, total: Int64, minutes: Int, consumed: Double) {
        self.start = start
        self.end = end
        self.bad = bad
        self.total = total
        self.minutes = minutes
        self.consumed = consumed
    }
}
