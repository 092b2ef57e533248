/// The documents of one append, as the queue gives them back.
package struct QueuedRecord: Sendable {
    /// Of its first document; the others follow one by one.
    package var firstOrdinal: UInt64
    /// When they came, in nanoseconds since 1970.
    package var receivedAt: Int64
    package var documents: DocumentBatch
    /// How many of the first documents the reader had already.
    package var skippedCount = 0

    package var ordinals: Range<UInt64> { firstOrdinal..<firstOrdinal + UInt64(documents.count) }
}
