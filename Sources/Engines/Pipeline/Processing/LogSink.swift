package import SignalModel

/// Where processed documents go.
///
/// `append` is called in the order of the queue, one call after the other, from changing threads; it may block.
package protocol LogSink: Sendable {
    /// The records of all documents up to and with `ordinal`; those it has already are left out.
    func append(_ batch: LogBatch, through ordinal: UInt64) throws

    /// Up to and with which document everything is on stable storage; zero for none.
    var durableOrdinal: UInt64 { get }
}
