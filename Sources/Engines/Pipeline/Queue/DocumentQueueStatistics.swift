package struct DocumentQueueStatistics: Sendable, Hashable {
    package var bytes = 0
    package var bytesMax = 0
    package var segments = 0
    /// Of the documents on disk.
    package var ordinals: Range<UInt64> = 0..<0
    package var appendedDocuments = 0
    package var appendedBatches = 0
    package var writtenBytes = 0
    package var syncs = 0
    /// Writing and syncing together.
    package var syncTime = Duration.zero
    package var syncTimeMax = Duration.zero
    package var failures = 0
    /// For want of room.
    package var refusedBatches = 0

    package init() {}

    mutating func count(documents: Int, batches: Int, bytes: Int, took: Duration) {
        appendedDocuments += documents
        appendedBatches += batches
        writtenBytes += bytes
        syncs += 1
        syncTime += took
        syncTimeMax = max(syncTimeMax, took)
    }
}
