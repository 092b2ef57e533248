/// A time of nanoseconds in steps of equal length, of which the last may reach beyond its end.
package struct TimeSteps: Sendable, Hashable {
    package let start: Int64
    package let count: Int
    /// Of one step.
    package let length: Int64

    /// Nil for a time without a length, or longer than 64 bits hold, and for no steps.
    package init?(_ times: Range<Int64>, count: Int) {
        let (span, overflow) = times.upperBound.subtractingReportingOverflow(times.lowerBound)
        guard !overflow, span > 0, count > 0 else { return nil }
        start = times.lowerBound
        self.count = count
        length = (span - 1) / Int64(count) + 1
    }

    /// The step that a time within has its place in.
    package func place(of time: Int64) -> Int { Int((time - start) / length) }
}
