import Basics
import NIOCore
import SignalModel
import Synchronization
import WireFormats

/// One intake from its first byte to its answer. What came is stored from time to time, so that an agent that keeps its
/// request open loses nothing and fills no memory.
final class IntakeSession: Sendable {
    /// Stored at once beyond it, before more is read.
    private static let pendingBytesMax = 256 << 10
    /// Read at a time: gzip makes a thousand times as much of it at most.
    private static let sliceBytes = 1 << 10

    struct Outcome: Sendable {
        var accepted = 0
        var problems: [IntakeProblem] = []
        /// Of a store that had no room.
        var failure: APIError?
    }

    private struct State {
        var reader: IntakeReader
        var outcome = Outcome()
    }

    private let stores: IntakeStores
    private let state: Mutex<State>

    init(_ stores: IntakeStores, _ context: SignalboxRequestContext, bodyBytesMax: Int = .max) {
        self.stores = stores
        state = Mutex(
            State(
                reader: IntakeReader(
                    receivedNanoseconds: stores.spans.receivedNanoseconds, context: context,
                    limits: stores.spans.limits, bodyBytesMax: bodyBytesMax)))
    }

    /// False when there is no use in reading on.
    func take(_ buffer: ByteBuffer) async throws -> Bool {
        var rest = buffer
        while rest.readableBytes > 0 {
            let (taken, isOver) = try await stores.threads.run { [self, rest] in take(upToFull: rest) }
            rest.moveReaderIndex(forwardBy: taken)
            if rest.readableBytes > 0 || isFull { try await flush() }
            guard !isOver, state.withLock({ $0.outcome.failure == nil }) else { return false }
        }
        return true
    }

    private var isFull: Bool { state.withLock { $0.reader.pendingBytes >= Self.pendingBytesMax } }

    /// Slice by slice, until so much waits that it is to be stored; how many bytes it took.
    private func take(upToFull buffer: ByteBuffer) -> (taken: Int, isOver: Bool) {
        state.withLock { state in
            buffer.withUnsafeReadableBytes { bytes in
                var taken = 0
                while taken < bytes.count, !state.reader.isOver, state.reader.pendingBytes < Self.pendingBytesMax {
                    let end = min(taken + Self.sliceBytes, bytes.count)
                    state.reader.take(UnsafeRawBufferPointer(rebasing: bytes[taken..<end]))
                    taken = end
                }
                return (taken, state.reader.isOver)
            }
        }
    }

    /// Makes what came so far durable.
    func flush() async throws {
        guard state.withLock({ $0.reader.pendingBytes > 0 }) else { return }
        let packed = try await stores.threads.run { [self] in state.withLock { $0.reader.pack() } }
        guard !packed.isEmpty else { return }
        do {
            try await stores.store(packed)
            state.withLock { $0.outcome.accepted += packed.accepted }
        } catch {
            let failure = APIError(error)
            state.withLock { $0.outcome.failure = $0.outcome.failure ?? failure }
        }
    }

    func finish() async throws -> Outcome {
        try await stores.threads.run { [self] in state.withLock { $0.reader.finish() } }
        try await flush()
        return state.withLock { state in
            var outcome = state.outcome
            outcome.problems = state.reader.problems
            return outcome
        }
    }
}
