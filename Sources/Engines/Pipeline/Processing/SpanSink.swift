package import SignalModel

/// Where batches of spans go: what is derived of them, and the store.
///
/// `append` is called in the order of the queue, one call after the other, on one thread; it may block.
package protocol SpanSink: Sendable {
    /// A batch, which is the one at `ordinal` of the queue; a sink that has it already is not given it.
    func append(_ batch: SpanBatch, through ordinal: UInt64) throws

    /// Up to and with which ordinal everything is on stable storage; zero for none.
    var durableOrdinal: UInt64 { get }
}
