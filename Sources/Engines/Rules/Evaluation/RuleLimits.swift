/// Bounds on what evaluation keeps and repeats. The durations are Prometheus'.
package enum RuleLimits {
    /// A firing alert is told again after this long; the receiver takes it as ended when four repeats are missing.
    package static let resendDelay = Duration.seconds(60)
    /// A resolved alert is kept, and told again, this long.
    package static let resolvedRetention = Duration.seconds(15 * 60)
    /// After a longer outage alerts start pending anew.
    package static let outageTolerance = Duration.seconds(3600)
    /// A restored alert fires no sooner than this after the restart, so that what resolved meanwhile can show.
    package static let forGracePeriod = Duration.seconds(600)
    /// Elements a rule without a limit of its own may yield; more fail the rule. Prometheus knows no such bound,
    /// and a slip in one rule can fill its memory.
    package static let elementsMax = 100_000
}
