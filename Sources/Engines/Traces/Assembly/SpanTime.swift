/// Sums of times that strangers made up: they end at the bounds instead of trapping.
package enum SpanTime {
    package static func plus(_ time: Int64, _ span: Int64) -> Int64 {
        let (sum, overflow) = time.addingReportingOverflow(span)
        return overflow ? (span > 0 ? .max : .min) : sum
    }

    /// The end of a span; a negative duration counts as none.
    package static func end(_ start: Int64, _ duration: Int64) -> Int64 { plus(start, max(0, duration)) }

    package static func distance(from start: Int64, to end: Int64) -> Int64 {
        let (difference, overflow) = end.subtractingReportingOverflow(start)
        return overflow ? (end > start ? .max : .min) : difference
    }
}
