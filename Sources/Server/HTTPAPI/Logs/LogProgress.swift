package import Basics
package import Pipeline

/// How far what was acknowledged can be found: who reads what he wrote waits for it.
package struct LogProgress: Sendable {
    private let queue: DocumentQueue
    private let processing: LogProcessing
    private let clock: any WallClock
    /// Gives whether what was answered by now has come to the queue.
    private let arrival: @Sendable () -> @Sendable () -> Bool

    /// While more waits in the queue than is processed in this time, nobody waits for it.
    private static let timeMax = Duration.seconds(10)
    private static let lookInterval = Duration.milliseconds(2)

    package init(
        queue: DocumentQueue, processing: LogProcessing, clock: any WallClock,
        arrival: @escaping @Sendable () -> @Sendable () -> Bool = { { true } }
    ) {
        self.queue = queue
        self.processing = processing
        self.clock = clock
        self.arrival = arrival
    }

    /// Waits until everything acknowledged before can be found; throws when that takes too long.
    func settle() async throws {
        let hasCome = arrival()
        try await wait { hasCome() ? queue.nextOrdinal : nil }
    }

    /// The same of everything that was given to the queue before the watch began.
    func settle(before watch: IdentityWatch) async throws { try await wait { queue.ordinals(before: watch) } }

    private func wait(_ next: () -> UInt64?) async throws {
        let end = clock.uptime() + Self.timeMax
        var target: UInt64?
        while true {
            target = target ?? next()
            if let target, processing.processedOrdinal + 1 >= target { return }
            guard clock.uptime() < end else {
                throw APIError(
                    .unavailable, "documents that were acknowledged before still wait in the queue",
                    retryAfterSeconds: 5)
            }
            try await clock.sleep(until: clock.now() + Self.lookInterval)
        }
    }
}
