package import Basics
import Synchronization

/// Remembers signed requests that were answered: the same one again is somebody's copy. Past what it remembers, and
/// after a restart, it is the state machine that makes a copy harmless.
package final class ReplayGuard: Sendable {
    private struct Seen {
        var times: [String: Duration] = [:]
        /// In the order they came.
        var order: [String] = []
    }

    private let clock: any WallClock
    private let memory: Duration
    private let seen = Mutex(Seen())

    /// Beyond it the oldest are forgotten.
    package static let requestsMax = 20_000

    package init(clock: any WallClock, memory: Duration = .seconds(24 * 3600)) {
        self.clock = clock
        self.memory = memory
    }

    /// False when `signature` was taken before.
    package func take(_ signature: String) -> Bool {
        let uptime = clock.uptime()
        return seen.withLock { seen in
            if let time = seen.times[signature], uptime - time < memory { return false }
            if seen.order.count >= Self.requestsMax {
                // A quarter at a time: removing from the front moves the rest.
                let count = Self.requestsMax / 4
                for old in seen.order.prefix(count) { seen.times[old] = nil }
                seen.order.removeFirst(count)
            }
            seen.times[signature] = uptime
            seen.order.append(signature)
            return true
        }
    }
}
