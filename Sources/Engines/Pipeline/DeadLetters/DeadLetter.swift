/// A document that could not be processed, and why.
package struct DeadLetter: Sendable, Hashable {
    /// Of itself among dead letters.
    package var number: UInt64
    /// Of the document in the queue.
    package var ordinal: UInt64
    /// Nanoseconds since 1970, of the document.
    package var receivedAt: Int64
    package var reason: String
    package var document: QueuedDocument
}
