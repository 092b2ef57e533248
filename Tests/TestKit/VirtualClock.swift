package import Basics
import Synchronization

/// A clock that stands still until a test moves it. Sleepers wake in order of their deadline, each before
/// `advance` goes on, so a day of waiting runs in no time and always the same way.
package final class VirtualClock: WallClock {
    private struct Sleeper {
        var id: UInt64
        var deadline: Timestamp
        var continuation: CheckedContinuation<Void, any Error>
    }
    private struct State {
        var now: Timestamp
        var uptime: Duration = .zero
        var sleepers: [Sleeper] = []
        var nextID: UInt64 = 0
        var cancelled: Set<UInt64> = []
    }
    private let state: Mutex<State>

    package init(_ start: Timestamp = Timestamp(milliseconds: 1_700_000_000_000)) {
        state = Mutex(State(now: start))
    }

    package func now() -> Timestamp { state.withLock { $0.now } }
    package func uptime() -> Duration { state.withLock { $0.uptime } }
    /// How many callers wait in `sleep(until:)`.
    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    package func sleep(until deadline: Timestamp) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if state.now >= deadline { return .success(()) }
                    state.sleepers.append(Sleeper(id: id, deadline: deadline, continuation: continuation))
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Moves time forward by `span`, waking sleepers on the way.
    package func advance(by span: Duration) { advance(to: now() + span) }

    package func advance(to target: Timestamp) {
        while true {
            let woken = state.withLock { state -> Sleeper? in
                let due = state.sleepers.indices.filter { state.sleepers[$0].deadline <= target }
                guard let first = due.min(by: { state.sleepers[$0].deadline < state.sleepers[$1].deadline }) else {
                    if target > state.now { state.uptime += target - state.now }
                    state.now = target
                    return nil
                }
                let sleeper = state.sleepers.remove(at: first)
                if sleeper.deadline > state.now {
                    state.uptime += sleeper.deadline - state.now
                    state.now = sleeper.deadline
                }
                return sleeper
            }
            guard let woken else { return }
            woken.continuation.resume()
        }
    }

    /// Sets the time of day without passing time: what an operator or NTP does to a machine.
    package func jump(to time: Timestamp) { state.withLock { $0.now = time } }
}
