package import Basics
package import SignalModel

/// How one target does, as `/api/v1/targets` shows it.
package struct TargetStatus: Sendable, Hashable {
    package enum Health: String, Sendable, Hashable { case up, down, unknown }

    package var pool: String
    package var url: String
    package var labels: Labels
    package var discovered: Labels
    package var health = Health.unknown
    package var lastError = ""
    package var lastScrape: Timestamp?
    package var lastDuration = Duration.zero
    package var interval: Duration
    package var timeout: Duration

    /// Before the first scrape.
    package init(_ target: ScrapeTarget) {
        pool = target.configuration.jobName
        url = target.url
        labels = target.labels
        discovered = target.discovered
        interval = target.interval
        timeout = target.timeout
    }
}
