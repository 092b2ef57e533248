/// Bounds on what strangers and configuration files may make this engine hold.
package enum AlertingLimits {
    /// Text of one set of matchers; a longer one is refused.
    package static let matchersBytesMax = 64 << 10
    /// Matchers in one set; more are refused.
    package static let matchersMax = 100
    /// What the regular expressions of one silence may compile to; more is refused.
    package static let programSizeMax = 100_000

    /// Silences kept, expired ones included; one more is refused.
    package static let silencesMax = 10_000
    /// Comment, author, annotations and matchers of one silence together; a larger one is refused.
    package static let silenceBytesMax = 64 << 10
    /// An expired silence is forgotten after this long, as in Alertmanager.
    package static let silenceRetentionMilliseconds: Int64 = 120 * 3_600_000

    /// Routes of one tree; more are refused when the file is read.
    package static let routesMax = 5000
    /// Routes inside one another; deeper ones are refused when the file is read.
    package static let routeDepthMax = 30
    /// Groups held at once; an alert that would open one more is counted as refused and reaches no receiver.
    package static let groupsMax = 250_000
    /// Alerts in one notification; what is beyond is counted in `truncatedAlerts`.
    package static let notificationAlertsMax = 2000
}
