package import SignalModel
internal import Synchronization

/// Keeps log records and finds them. Records are found as soon as `append` returns; they are in memory until a flush
/// has put them into parts, and `durableOrdinal` says up to which document of the queue that is so.
///
/// Safe from several threads; appends have to come in the order of the queue, one after the other.
package final class LogStore: Sendable {
    private let state: Mutex<PendingRecords>

    /// A store without a disk: nothing is durable.
    package init() { state = Mutex(PendingRecords()) }

    /// Adds the records of the documents up to and with `ordinal`, in the order of the queue.
    package func append(_ batch: LogBatch, through ordinal: UInt64) {
        state.withLock { $0.append(batch, through: ordinal) }
    }

    /// Up to which document of the queue everything is on disk.
    package var durableOrdinal: UInt64 { 0 }

    package func snapshot() -> LogSnapshot { LogSnapshot(sources: state.withLock { $0.sources }) }
}
