import Basics

/// How long to wait before the next attempt: twice as long each time, with chance in it so that many senders do not
/// come back together.
struct SendingBackoff: Sendable {
    static let first = Duration.milliseconds(100)
    /// Longer waits are cut to this, unless the backend asks for one.
    static let longest = Duration.seconds(30)

    private var next = Self.first

    /// From half of the wait to all of it, and at least `asked`.
    mutating func wait(asked: Duration?, _ randomness: any Randomness) -> Duration {
        let whole = next.milliseconds
        next = min(next * 2, Self.longest)
        let chance = Int64(randomness.next() % UInt64(whole / 2 + 1))
        return max(.milliseconds(whole - whole / 2 + chance), asked ?? .zero)
    }

    mutating func reset() { next = Self.first }
}
