import Basics

/// A token bucket over samples: what is sent is taken from it, and it may go below zero by one request, so that no
/// request is too large ever to be taken.
struct RateBudget: Sendable {
    /// A sender may save this much of its rate for later: agents catch up after a restart.
    private static let burst = Duration.seconds(10)

    let perSecond: Int
    private var samples: Double
    private var filledAt: Duration

    init(perSecond: Int, at now: Duration) {
        self.perSecond = perSecond
        samples = Double(perSecond) * Self.burst.seconds
        filledAt = now
    }

    /// Nil when a request may come; else how long to wait.
    mutating func wait(at now: Duration) -> Duration? {
        let rate = Double(perSecond)
        samples = min(samples + (now - filledAt).seconds * rate, rate * Self.burst.seconds)
        filledAt = now
        return samples > 0 ? nil : .seconds(1 - samples / rate)
    }

    mutating func take(_ count: Int) { samples -= Double(count) }
}
