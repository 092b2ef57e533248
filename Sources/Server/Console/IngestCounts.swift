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

    /// Of a backend that keeps the samples in place of a store in process, which counts no series then.
    package var backend: Backend?

    package struct Backend: Sendable, Hashable {
        package var waitingBytes: Int
        package var sentSamples: Int
        package var isFailing: Bool

        package init(waitingBytes: Int, sentSamples: Int, isFailing: Bool) {
            self.waitingBytes = waitingBytes
            self.sentSamples = sentSamples
            self.isFailing = isFailing
        }
    }

    package init(
        series: Int, appendedSamples: Int, refusedSamples: Int, logSyncs: Int, logSyncTime: Duration,
        logFailures: Int, backend: Backend? = nil
    ) {
        self.series = series
        self.appendedSamples = appendedSamples
        self.refusedSamples = refusedSamples
        self.logSyncs = logSyncs
        self.logSyncTime = logSyncTime
        self.logFailures = logFailures
        self.backend = backend
    }
}
