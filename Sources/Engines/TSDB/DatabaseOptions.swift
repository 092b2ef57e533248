/// How a `TimeSeriesDatabase` behaves. The defaults are what ships.
package struct DatabaseOptions: Sendable {
    /// Blocks that end this long before the newest sample are deleted by `maintain`.
    package var retention = Duration.seconds(15 * 24 * 3600)
    /// The oldest blocks are deleted while blocks and log together are larger; nil for no bound.
    package var retentionBytes: Int?
    /// A sample further behind the newest one of all series is refused as out of bounds.
    package var sampleAgeMax = Duration.seconds(3600)
    /// A sample that is not newer than all of its series is taken when it is at most this far behind the newest one
    /// of all series; zero refuses it.
    package var outOfOrderWindow = Duration.zero
    /// A sample further ahead of the clock is refused as too far in the future.
    package var sampleFutureMax = Duration.seconds(600)
    /// A new series beyond this is refused; known ones go on. Some 600 bytes each.
    package var seriesMax = 10_000_000
    /// Room for this many exemplars, whatever their series; the oldest make way. Some 300 bytes each; zero keeps none.
    package var exemplarsMax = 100_000
    /// A segment of the log ends before it grows past this. A batch whose records would fill more than one
    /// segment is refused as over the limit.
    package var segmentBytes = LogFormat.segmentBytesDefault
    /// Batches waiting for the disk may hold this much; further ones are refused as unavailable.
    package var queuedBytesMax = 256 << 20
    /// Finished chunks of the newest hours leave memory for a file once they are this much together.
    package var chunkFileBytesMin = 1 << 20
    /// Cut the log at the first damaged record even when more follows, instead of refusing to open.
    package var repairsDamage = false

    /// Where blocks are kept for longer than `retention`; nil for nowhere.
    package var archive: ArchiveSettings?

    package init() {}
}
