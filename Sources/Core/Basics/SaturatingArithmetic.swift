/// Sums of numbers that strangers made up: they end at what 64 bits hold instead of trapping.
extension Int64 {
    package func addingSaturated(_ other: Int64) -> Int64 {
        let (sum, isTooFar) = addingReportingOverflow(other)
        return isTooFar ? (other < 0 ? .min : .max) : sum
    }

    package func subtractingSaturated(_ other: Int64) -> Int64 {
        let (difference, isTooFar) = subtractingReportingOverflow(other)
        return isTooFar ? (self < other ? .min : .max) : difference
    }

    package func multipliedSaturated(by other: Int64) -> Int64 {
        let (product, isTooFar) = multipliedReportingOverflow(by: other)
        return isTooFar ? ((self < 0) == (other < 0) ? .max : .min) : product
    }
}
