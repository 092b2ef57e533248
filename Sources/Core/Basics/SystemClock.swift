import Glibc

/// The machine's clock: the only place that reads it.
package struct SystemClock: WallClock {
    package init() {}

    package func now() -> Timestamp {
        let time = read(CLOCK_REALTIME)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    package func uptime() -> Duration {
        let time = read(CLOCK_MONOTONIC)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    package func sleep(until deadline: Timestamp) async throws {
        // A wall clock that is set forward must not leave a sleeper waiting for the old time,
        // so no single nap is longer than this.
        let napMax = Duration.seconds(1)
        while true {
            let left = deadline - now()
            if left <= .zero { return }
            try await Task.sleep(for: min(left, napMax))
        }
    }

    private func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        // Cannot fail for these two clocks with a valid pointer.
        clock_gettime(clock, &time)
        return time
    }
}
