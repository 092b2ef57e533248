package import SignalModel

/// A document as its sender gave it, waiting to be processed: what every way in for logs turns its input into.
package struct QueuedDocument: Sendable, Hashable {
    package enum Operation: UInt8, Sendable {
        /// Refused, or left out, when the identity is taken.
        case create
        /// Takes the place of what has the identity.
        case index
        /// Members of the source are merged into what has the identity.
        case update
        case delete
    }

    package var operation: Operation
    /// The index or data stream, as `logs-nginx-default`.
    package var index: String
    /// The sender's `_id`; nil when it gave none.
    package var identity: String?
    /// The ingest pipeline the request asked for; `_none` for no pipeline at all.
    package var pipeline: String?
    /// What a document must have that this one replaces or deletes: the labels that its sender's token forces.
    package var owner = Labels.empty
    /// A JSON object. Empty for `delete`.
    package var source: [UInt8]

    package init(
        operation: Operation, index: String, identity: String? = nil, pipeline: String? = nil,
        owner: Labels = .empty, source: [UInt8]
    ) {
        self.operation = operation
        self.index = index
        self.identity = identity
        self.pipeline = pipeline
        self.owner = owner
        self.source = source
    }
}
