package import Basics
package import SignalModel
import Synchronization

/// Stands before a store of spans and lets through what is worth keeping.
///
/// Batches wait in a window, in the queue's order, and leave it in that order, each once and whole but for the spans that
/// are not kept; so ordinals mean behind it what they mean before it, and a crash loses and doubles nothing. A trace is
/// decided when the first of its spans leaves the window, by all of its spans that are there then; those that come later
/// follow. While the store has no room the window waits, and with it the queue: nothing is decided otherwise for that.
package final class TailSampler: SpanSink {
    package struct Statistics: Sendable, Hashable {
        package var keptSpans = 0
        package var droppedSpans = 0
        /// Traces by why they were kept.
        package var keptTraces: [String: Int] = [:]
        package var droppedTraces = 0
        package var windowBytes = 0
        /// Batches that left before their time, for want of room.
        package var hurriedBatches = 0
    }

    private struct Waiting {
        var batch: SpanBatch
        var ordinal: UInt64
        var since: Duration
    }

    private struct State {
        var waiting: [Waiting] = []
        /// Of those in front that left already.
        var head = 0
        var windowBytes = 0
        var decisions: TraceDecisions
        var statistics = Statistics()
    }

    private let sink: any SpanSink
    private let settings: TailSamplingSettings
    private let clock: any WallClock
    private let state: Mutex<State>

    package init(before sink: any SpanSink, _ settings: TailSamplingSettings, clock: any WallClock) {
        self.sink = sink
        self.settings = settings
        self.clock = clock
        state = Mutex(State(decisions: TraceDecisions(settings)))
    }

    package var durableOrdinal: UInt64 { sink.durableOrdinal }

    package var statistics: Statistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.windowBytes = state.windowBytes
            return statistics
        }
    }

    package func append(_ batch: SpanBatch, through ordinal: UInt64) throws {
        try state.withLock { state in
            let now = clock.uptime()
            // Makes room first: whoever cannot be let in is told before anything of the batch counts.
            while state.windowBytes + batch.bytesCount > settings.windowBytesMax, state.head < state.waiting.count {
                state.statistics.hurriedBatches += 1
                try release(&state, at: now)
            }
            state.decisions.observe(batch)
            state.windowBytes += batch.bytesCount
            state.waiting.append(Waiting(batch: batch, ordinal: ordinal, since: now))
            try releaseDue(&state, at: now)
        }
    }

    /// Lets out what has waited long enough. To be called from time to time.
    package func releaseDue() throws {
        try state.withLock { state in try releaseDue(&state, at: clock.uptime()) }
    }

    private func releaseDue(_ state: inout State, at now: Duration) throws {
        while state.head < state.waiting.count, now - state.waiting[state.head].since >= settings.wait {
            do { try release(&state, at: now) } catch {
                // The batch that just came is in the window: its time to be told of it is when it leaves.
                return
            }
        }
    }

    /// Lets the oldest batch out. Throws when the store does not take it; asked again, its traces are decided as before.
    private func release(_ state: inout State, at now: Duration) throws {
        let oldest = state.waiting[state.head]
        state.decisions.decide(oldest.batch, at: now)
        var kept = oldest.batch.keeping {
            state.decisions.keeps($0.trace)
        } errors: { _ in
            true
        }
        kept.weigh { $0.weight * state.decisions.weight(of: $0.trace) }
        try sink.append(kept, through: oldest.ordinal)
        state.statistics.keptSpans += kept.spans.count
        state.statistics.droppedSpans += oldest.batch.spans.count - kept.spans.count
        state.decisions.forget(oldest.batch)
        state.statistics.keptTraces = state.decisions.kept
        state.statistics.droppedTraces = state.decisions.dropped
        state.windowBytes -= oldest.batch.bytesCount
        state.waiting[state.head].batch = SpanBatch()
        state.head += 1
        if state.head > 1000 {
            state.waiting.removeFirst(state.head)
            state.head = 0
        }
    }
}
