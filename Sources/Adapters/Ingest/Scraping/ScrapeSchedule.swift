import Basics

/// When a target is due: once an interval, each target always at its own place inside it, so that a thousand
/// targets are not asked in the same second. The times are exact multiples apart, which is what keeps the store's
/// timestamps small.
struct ScrapeSchedule: Sendable {
    private let interval: Int64
    private let offset: Int64

    init(interval: Duration, spread: UInt64) {
        self.interval = max(interval.milliseconds, 1)
        offset = Int64(spread % UInt64(self.interval))
    }

    /// The first time not before `now` and after `previous`. What was missed is not made up for.
    func next(now: Timestamp, after previous: Timestamp?) -> Timestamp {
        var slot = slot(atOrAfter: now.milliseconds)
        // A clock that was set back does not scrape the same time twice.
        if let previous, slot <= previous.milliseconds { slot = self.slot(atOrAfter: previous.milliseconds + 1) }
        return Timestamp(milliseconds: slot)
    }

    private func slot(atOrAfter time: Int64) -> Int64 {
        let past = (time - offset) % interval
        let lag = past < 0 ? past + interval : past
        return lag == 0 ? time : time - lag + interval
    }
}
