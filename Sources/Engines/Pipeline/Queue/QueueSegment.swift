/// One file of the queue and the ordinals of the documents in it.
struct QueueSegment: Hashable, Sendable {
    var number: Int
    var ordinals: Range<UInt64>
    var bytes: Int
    /// When its first documents came, nanoseconds since 1970; the latest time there is while it has none.
    var receivedAt: Int64
}
