import Basics

/// Bounds on what counting looks at.
package enum CountingLimits {
    /// A sample before is looked for so far back when nothing is known yet, as after a start; what a counter grew
    /// over a longer gap is not counted.
    static let lookBack = Duration.seconds(86_400)
    /// Between two samples of a series that are at most so far apart every minute has data.
    static let gapMax = Duration.seconds(300)
    /// An objective that finds more series is not counted, and says so.
    static let seriesMax = 50_000
    /// Whole numbers up to here are exact in a sample.
    static let exactMax = 9_007_199_254_740_992.0
    /// Minutes counted in one go, so that a back-fill of weeks fits into memory.
    package static let minutesAtOnce: Int64 = 720
}
