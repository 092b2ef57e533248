internal import Basics

/// Slows down guessing. A value: time comes in as uptime, so that setting the clock does not open the door.
///
/// Three gates, all of which a sign-in must pass: one for the name from this source, strict; one for the name from
/// anywhere, mild, so that a stranger cannot lock the engineer on call out; one for everybody together. Names that
/// do not exist are counted like those that do. A try counts when it is admitted and is forgiven when it succeeds,
/// so tries in parallel gain nothing.
struct SignInThrottle: Sendable {
    enum Decision: Sendable, Hashable {
        case admitted
        /// `isFirst` once per refusal period, for the audit trail.
        case refused(retryAfter: Duration, isFirst: Bool)
    }

    private var namesFromSource = Gate(freeTries: 5, delayMax: .seconds(300))
    private var names = Gate(freeTries: 20, delayMax: .seconds(10))
    private var everybody = Bucket()

    mutating func admit(name: String, source: String, at uptime: Duration) -> Decision {
        let pair = Self.pair(name, source)
        let pairWait = namesFromSource.wait(pair, at: uptime)
        if pairWait > .zero { return .refused(retryAfter: pairWait, isFirst: namesFromSource.noteRefusal(pair)) }
        let nameWait = names.wait(name, at: uptime)
        if nameWait > .zero { return .refused(retryAfter: nameWait, isFirst: names.noteRefusal(name)) }
        let wait = everybody.wait(at: uptime)
        if wait > .zero { return .refused(retryAfter: wait, isFirst: everybody.noteRefusal()) }
        namesFromSource.count(pair, at: uptime)
        names.count(name, at: uptime)
        everybody.take()
        return .admitted
    }

    mutating func succeeded(name: String, source: String) {
        namesFromSource.forgive(Self.pair(name, source))
        names.forgive(name)
    }

    private static func pair(_ name: String, _ source: String) -> String { "\(name)\u{0}\(source)" }
}

extension SignInThrottle {
    /// Free tries, then a wait that doubles from a second up to a cap.
    private struct Gate: Sendable {
        private struct Entry: Sendable {
            var tries = 0
            var lastTry: Duration
            var openAt: Duration
            var refusalNoted = false
        }

        let freeTries: Int
        let delayMax: Duration
        private var entries: [String: Entry] = [:]

        /// Tries are forgotten after this long without one.
        private static let memory = Duration.seconds(900)
        /// Beyond it forgotten entries are dropped, and when there are none the longest unused.
        private static let entriesMax = 10_000

        init(freeTries: Int, delayMax: Duration) {
            self.freeTries = freeTries
            self.delayMax = delayMax
        }

        func wait(_ key: String, at uptime: Duration) -> Duration {
            guard let entry = entries[key], uptime - entry.lastTry < Self.memory else { return .zero }
            return entry.openAt - uptime
        }

        /// True the first time since the last admitted try.
        mutating func noteRefusal(_ key: String) -> Bool {
            defer { entries[key]?.refusalNoted = true }
            return !(entries[key]?.refusalNoted ?? true)
        }

        mutating func count(_ key: String, at uptime: Duration) {
            makeRoom(for: key, at: uptime)
            let fresh = Entry(lastTry: uptime, openAt: uptime)
            var entry = entries[key] ?? fresh
            if uptime - entry.lastTry >= Self.memory { entry = fresh }
            entry.tries += 1
            entry.lastTry = uptime
            entry.openAt = uptime + delay(afterTries: entry.tries)
            entry.refusalNoted = false
            entries[key] = entry
        }

        mutating func forgive(_ key: String) { entries[key] = nil }

        private func delay(afterTries tries: Int) -> Duration {
            guard tries >= freeTries else { return .zero }
            let doublings = min(tries - freeTries, 20)
            return min(.seconds(1 << doublings), delayMax)
        }

        private mutating func makeRoom(for key: String, at uptime: Duration) {
            guard entries.count >= Self.entriesMax, entries[key] == nil else { return }
            // Slow path: once per `entriesMax / 2` new keys, which the bucket for everybody spreads over hours.
            entries = entries.filter { uptime - $0.value.lastTry < Self.memory }
            guard entries.count >= Self.entriesMax else { return }
            let oldestFirst = entries.sorted { $0.value.lastTry < $1.value.lastTry }
            for (old, _) in oldestFirst.prefix(Self.entriesMax / 2) { entries[old] = nil }
        }
    }

    /// Bounds what all guessing together may cost and write: sixty tries at once, then two a second.
    private struct Bucket: Sendable {
        private static let capacity = 60.0
        private static let refillPerSecond = 2.0
        private var tokens = Self.capacity
        private var filledAt: Duration?
        private var refusalNoted = false

        mutating func wait(at uptime: Duration) -> Duration {
            if let filledAt {
                let elapsed = max(0, (uptime - filledAt).seconds)
                tokens = min(Self.capacity, tokens + elapsed * Self.refillPerSecond)
            }
            filledAt = uptime
            return tokens >= 1 ? .zero : .seconds((1 - tokens) / Self.refillPerSecond)
        }

        mutating func take() {
            tokens -= 1
            refusalNoted = false
        }

        mutating func noteRefusal() -> Bool {
            defer { refusalNoted = true }
            return !refusalNoted
        }
    }
}
