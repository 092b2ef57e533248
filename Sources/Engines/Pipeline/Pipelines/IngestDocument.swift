package import SignalModel

/// A document on its way through pipelines, with what stands beside it there.
package struct IngestDocument: Sendable {
    package var source: DocumentObject
    /// `_index`; `reroute` and `date_index_name` change it.
    package var index: String
    /// `_id`.
    package var identity: String?
    /// `_routing`, `_version` and the like, which are seen but mean nothing here.
    package var otherMetadata: DocumentObject = [:]
    /// `_ingest`: the time, and in handlers what failed.
    package var ingest: DocumentObject
    /// `reroute` has sent it elsewhere: no more processors of any pipeline run.
    package internal(set) var isRerouted = false
    var isDropped = false
    /// The pipeline under way ends here, its caller goes on.
    var isTerminated = false
    var stepsLeft = StepBudget.stepsMax
    /// Left for patterns.
    var matching = MatchBudget()
    /// Names of the pipelines under way, the innermost last.
    var pipelines: [String] = []
    let receivedNanoseconds: Int64
    /// Results by processor, for `simulate`; nil while nobody asks.
    var trace: SimulationTrace?

    package init(source: DocumentObject, index: String, identity: String? = nil, receivedNanoseconds: Int64) {
        self.source = source
        self.index = index
        self.identity = identity
        self.receivedNanoseconds = receivedNanoseconds
        ingest = ["timestamp": .string(RecordTimeText.of(receivedNanoseconds))]
    }
}

/// What one document may cost. Counted, not timed, so that it is the same everywhere.
package enum StepBudget {
    /// Processors run for one document, those of `foreach` once an element. Past it the document fails.
    package static let stepsMax = 10_000
    /// Bytes that values may grow to by copies of other values. Past it the document fails.
    package static let valueBytesMax = 64 << 20
}
