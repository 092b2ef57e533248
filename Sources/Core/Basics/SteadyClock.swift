import Synchronization

/// The machine's time of day without its steps back: what schedules, stamps and timers need, for a clock that is set
/// back by an hour must hold up neither a scrape nor a page by an hour.
///
/// A step forward is followed at once. After a step back this clock runs on, a tenth slower than time passes, until
/// the machine's has caught up with it.
package final class SteadyClock: WallClock {
    private struct Reading {
        var uptime: Duration
        /// Since 1970; finer than a timestamp, so that many readings within a millisecond lose nothing.
        var time: Duration
    }

    private let machine: any WallClock
    private let last: Mutex<Reading>

    package init(_ machine: any WallClock) {
        self.machine = machine
        last = Mutex(Reading(uptime: machine.uptime(), time: .milliseconds(machine.now().milliseconds)))
    }

    package func now() -> Timestamp {
        let time = last.withLock { last in
            let (wall, uptime) = (Duration.milliseconds(machine.now().milliseconds), machine.uptime())
            let passed = uptime - last.uptime
            let isAhead = last.time + passed > wall
            let slowed = last.time + passed * 9 / 10
            last = Reading(uptime: uptime, time: isAhead ? max(slowed, wall) : wall)
            return last.time
        }
        return Timestamp(milliseconds: time.milliseconds)
    }

    package func uptime() -> Duration { machine.uptime() }

    package func sleep(until deadline: Timestamp) async throws {
        // The machine's clock may be set while somebody sleeps, so no nap is longer than this.
        let napMax = Duration.seconds(1)
        while true {
            let left = deadline - now()
            if left <= .zero { return }
            try await Task.sleep(for: min(left, napMax))
        }
    }
}
