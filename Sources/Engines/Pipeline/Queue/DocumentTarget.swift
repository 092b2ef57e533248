/// What senders' documents are given to: the queue of this process, or a topic that several processes share.
package protocol DocumentTarget: Sendable {
    /// Calls `complete` once all of the batch is durable, or with why it is not known to be. `receivedAt`: nanoseconds
    /// since 1970.
    func append(
        _ batch: DocumentBatch, receivedAt: Int64,
        complete: @escaping @Sendable (Result<DocumentPlaces, DocumentQueueError>) -> Void)

    /// Whether an append of so many bytes would not be refused as `full` now.
    func hasRoom(for bytes: Int) -> Bool
}

extension DocumentQueue: DocumentTarget {
    package func append(
        _ batch: DocumentBatch, receivedAt: Int64,
        complete: @escaping @Sendable (Result<DocumentPlaces, DocumentQueueError>) -> Void
    ) {
        append(batch, receivedAt: receivedAt, unless: nil) { complete($0.map { .queue($0) }) }
    }

    package func hasRoom(for bytes: Int) -> Bool {
        let statistics = statistics
        return statistics.bytes + bytes <= statistics.bytesMax
    }
}

/// Where the documents of a batch are, in its order: what they are called when nobody gave them an identity.
package enum DocumentPlaces: Sendable, Equatable {
    /// Of the queue of this process.
    case queue(Range<UInt64>)
    case topic(name: String, receivedAt: Int64, [TopicPlace])
}

package struct TopicPlace: Sendable, Hashable {
    package var partition: Int32
    package var offset: Int64

    package init(partition: Int32, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }
}
