/// The port through which targets are asked.
package protocol TargetFetching: Sendable {
    /// The target's answer, unpacked, within its timeout and limits. May be called concurrently.
    /// Returns early when its task is cancelled.
    func fetch(_ target: ScrapeTarget) async -> Result<ScrapeAnswer, ScrapeFailure>
}
