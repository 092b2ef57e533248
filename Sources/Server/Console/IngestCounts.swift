import Basics

/// How much the store has taken since it started, and how the disk under it does.
package struct IngestCounts: Sendable, Hashable {
    package var series: Int
    package var appendedSamples: Int
    package var refusedSamples: Int
    /// Groups of batches written to the log and synced together.
    package var logSyncs: Int
    package var logSyncTime: Duration
    package var logFailures: Int

    package init(
        series: Int, appendedSamples: Int, refusedSamples: Int, logSyncs: Int, logSyncTime: Duration,
        logFailures: Int
    ) {
        self.series = series
        self.appendedSamples = appendedSamples
        self.refusedSamples = refusedSamples
        self.logSyncs = logSyncs
        self.logSyncTime = logSyncTime
        self.logFailures = logFailures
    }
}
