import Basics
import Logging
import Logs
import Pipeline
import SignalModel
import Synchronization
import Traces

/// The store of spans, as processing sees it.
final class TraceStorage: SpanSink {
    let store: TraceStore
    private let clock: any WallClock

    init(_ store: TraceStore, clock: any WallClock) {
        self.store = store
        self.clock = clock
    }

    func append(_ batch: SpanBatch, through ordinal: UInt64) throws { try store.append(batch, through: ordinal) }

    var durableOrdinal: UInt64 { store.durableOrdinal }

    /// Until there is nothing more to do.
    func maintain() throws { while try store.maintain(now: clock.now()) {} }

    func flush() throws { try store.flush() }
}
