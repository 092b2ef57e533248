/// The seam for time. Engines take times as arguments; whatever must wait or stamp takes a clock by `init`.
///
/// Implementations may be called from any thread at once.
package protocol WallClock: Sendable {
    /// The current time of day. May jump either way.
    func now() -> Timestamp

    /// Time since an arbitrary start. Never goes back; only differences mean anything.
    func uptime() -> Duration

    /// Returns once `now() >= deadline`; at once when it already is. Throws `CancellationError` when cancelled.
    func sleep(until deadline: Timestamp) async throws
}
