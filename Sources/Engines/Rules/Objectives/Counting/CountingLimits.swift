import Basics

/// Bounds on what counting looks at.
package enum CountingLimits {
    /// A sample before is looked for so far back when nothing is known yet, as after a start; what a counter grew
    /// over a longer gap is not counted.
    static let lookBack = Duration.seconds(86_400)
    /// Between two samples of a series that are at most so far apart every minute has data.
    static let gapMax = Duration.seconds(300)
    /// So many of the latest minutes are counted again each time: a sample that is `gapMax` old when it comes may make
    /// the minutes before it, up to as many more, minutes with data. Older ones are noted as late.
    static let minutesAgain = 2 * gapMax.milliseconds / Minute.milliseconds
    /// An objective without data for longer is told of.
    static let minutesWithoutDataMax: Int64 = 15
    /// An objective that finds more series is not counted, and says so.
    static let seriesMax = 50_000
    /// Whole numbers up to here are exact in a sample.
    static let exactMax = 9_007_199_254_740_992.0
    /// Minutes counted in one go, so that a back-fill of weeks fits into memory.
    package static let minutesAtOnce: Int64 = 720
}
