import NIOPosix
import Synchronization

/// Threads for work that computes long or blocks, which must not run on event loops or the cooperative pool.
///
/// At most `waitingMax` calls wait; one more is refused at once, so a burst costs an answer, not memory.
package final class BlockingThreads: Sendable {
    private let pool: NIOThreadPool
    private let waitingMax: Int
    private let pending = Atomic<Int>(0)

    package init(name: String, threads: Int, waitingMax: Int) {
        pool = NIOThreadPool(numberOfThreads: threads)
        self.waitingMax = waitingMax + threads
        pool.start()
    }

    // A start that failed half-way drops its threads without having used them.
    deinit { pool.shutdownGracefully { _ in } }

    /// Calls under way or waiting.
    package var load: Int { pending.load(ordering: .relaxed) }

    package func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let before = pending.wrappingAdd(1, ordering: .relaxed).oldValue
        defer { pending.wrappingSubtract(1, ordering: .relaxed) }
        if before >= waitingMax {
            throw APIError(.unavailable, "too many requests are waiting", retryAfterSeconds: 1)
        }
        return try await pool.runIfActive(body)
    }

    package func shutDown() async throws { try await pool.shutdownGracefully() }
}
