internal import Pipeline
internal import Synchronization

/// What this process wrote to a topic, and what of it has come back: who reads what he wrote waits for it.
package final class KafkaArrivals: Sendable {
    private struct State {
        /// Behind the last message of each partition that was acknowledged.
        var written: [Int32: Int64] = [:]
        /// Of the partitions that are read here: the next message that is not in the queue of logs.
        var next: [Int32: Int64] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Whether all that is acknowledged by now has come, as far as it comes here and not to another Signalbox.
    package func awaited() -> @Sendable () -> Bool {
        let written = state.withLock { $0.written }
        return { [self] in
            state.withLock { state in
                written.allSatisfy { partition, end in state.next[partition].map { $0 >= end } ?? true }
            }
        }
    }

    func wrote(_ places: [TopicPlace]) {
        state.withLock { state in
            for place in places {
                state.written[place.partition] = max(state.written[place.partition] ?? 0, place.offset + 1)
            }
        }
    }

    func begins(_ partition: Int32, at offset: Int64) { state.withLock { $0.next[partition] = offset } }

    func took(_ next: [KafkaPartition: Int64]) {
        state.withLock { state in
            for (partition, offset) in next where state.next[partition.number] != nil {
                state.next[partition.number] = offset
            }
        }
    }

    func givesUp() { state.withLock { $0.next = [:] } }
}
