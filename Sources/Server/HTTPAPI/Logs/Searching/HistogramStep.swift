import Basics

/// Widths of steps that people read easily.
enum HistogramStep {
    private static let seconds: [Int64] = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
    ]

    /// Within these, with a step before them, all times and lengths fit into 64 bits: 1700 to 2239.
    private static let timesKnown: ClosedRange<Int64> = -8_520_336_000_000_000_000...8_500_000_000_000_000_000
    private static let spanMax: Int64 = 100 * 366 * 86_400 * 1_000_000_000

    /// How long `times` are. Throws where they have no end, or are too long to be drawn.
    static func span(of times: Range<Int64>, _ what: String) throws(APIError) -> Int64 {
        guard timesKnown.contains(times.lowerBound), timesKnown.contains(times.upperBound) else {
            throw APIError(.badData, "\(what) from and to, between 1700 and 2239")
        }
        let (span, isTooLong) = times.upperBound.subtractingReportingOverflow(times.lowerBound)
        guard !isTooLong, span <= spanMax else { throw APIError(.badData, "\(what) from and to within 100 years") }
        return span
    }

    /// Whole steps since 1970, so that a histogram stays as it is while its end moves.
    static func start(of times: Range<Int64>, step: Int64) -> Int64 { floorDivide(times.lowerBound, step) * step }

    /// The least of them by which `span` has at most `steps`.
    static func nanoseconds(span: Int64, steps: Int) -> Int64 {
        let exact = max(1, span / Int64(max(1, steps)))
        if exact <= 1_000_000_000 {
            for milliseconds: Int64 in [1, 2, 5, 10, 20, 50, 100, 200, 500] where exact <= milliseconds * 1_000_000 {
                return milliseconds * 1_000_000
            }
        }
        for width in seconds where exact <= width * 1_000_000_000 { return width * 1_000_000_000 }
        let day: Int64 = 86_400_000_000_000
        return (exact + day - 1) / day * day
    }
}
