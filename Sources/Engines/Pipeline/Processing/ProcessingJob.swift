package import SignalModel

/// Some records of the queue, one after another, on their way to the store.
struct ProcessingJob: Sendable {
    /// Counts jobs: results are committed in this order.
    var number: Int
    var records: [QueuedRecord]

    /// Of its last document.
    var lastOrdinal: UInt64 { (records.last?.ordinals.upperBound ?? 1) - 1 }
}

/// What a document becomes.
package enum ProcessedDocument: Sendable {
    /// Goes on as it is.
    case unchanged
    /// What a pipeline made of it, for the index it said.
    case changed(DocumentObject, index: String, identity: String?)
    case dropped
    case failed(reason: String)
}

/// What is done to documents between the queue and the store. Called from several threads at once.
package protocol DocumentProcessing: Sendable {
    /// Whether any pipeline takes documents that ask for `pipeline`, sent to `index`: without one no document is read.
    func isProcessed(index: String, pipeline: String?) -> Bool

    func process(_ document: QueuedDocument, ordinal: UInt64, receivedAt: Int64) -> ProcessedDocument
}
