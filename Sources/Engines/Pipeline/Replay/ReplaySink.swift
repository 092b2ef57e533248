package import SignalModel

/// Where documents go that are processed again: a sink that has them already, or had them.
package protocol ReplaySink: Sendable {
    /// Puts records in the place of what the documents with these ordinals became before; those without a record have
    /// become nothing. Done twice it is as done once.
    func replace(_ documents: Set<UInt64>, with batch: LogBatch) throws -> ReplayCounts

    /// Puts everything that was replaced on stable storage.
    func flush() throws

    /// Below it documents cannot be replaced; nil when none can.
    var replaceableOrdinal: UInt64? { get }
}

/// What became of documents that were processed again.
package struct ReplayCounts: Sendable, Hashable {
    /// All that were looked at.
    package var documents: UInt64 = 0
    package var replaced: UInt64 = 0
    /// There was nothing of them.
    package var added: UInt64 = 0
    /// Became nothing: a pipeline drops them now.
    package var removed: UInt64 = 0
    /// Left alone, since what they had become was replaced or deleted meanwhile.
    package var superseded: UInt64 = 0
    /// Failed. What they had become stays.
    package var failed: UInt64 = 0

    package init() {}

    package init(replaced: Int, added: Int, removed: Int, superseded: Int) {
        self.replaced = UInt64(replaced)
        self.added = UInt64(added)
        self.removed = UInt64(removed)
        self.superseded = UInt64(superseded)
    }

    static func += (left: inout ReplayCounts, right: ReplayCounts) {
        left.documents += right.documents
        left.replaced += right.replaced
        left.added += right.added
        left.removed += right.removed
        left.superseded += right.superseded
        left.failed += right.failed
    }
}
