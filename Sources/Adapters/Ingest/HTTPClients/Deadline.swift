package import Basics

/// The value of `work`, if it comes within `limit`; then `work` is cancelled. The client's own timers end with the
/// head of an answer: this bounds the whole.
package func within<Value: Sendable>(
    _ limit: Duration, _ clock: any WallClock, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let deadline = clock.now() + limit
    return try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await clock.sleep(until: deadline)
            return nil
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() ?? nil else {
            throw HTTPClientFailure("context deadline exceeded: no whole answer within \(limit)", isDeadline: true)
        }
        return value
    }
}
