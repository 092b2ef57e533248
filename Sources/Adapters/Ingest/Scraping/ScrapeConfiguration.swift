package import SignalModel

/// One entry of `scrape_configs`, in Prometheus' words and with its defaults.
package struct ScrapeConfiguration: Sendable, Hashable {
    package var jobName: String
    package var interval: Duration
    package var timeout: Duration
    package var metricsPath = "/metrics"
    package var scheme = "http"
    package var parameters: [String: [String]] = [:]
    /// Labels of the target's own samples win over ours; otherwise they are renamed to `exported_…`.
    package var honorLabels = false
    package var honorTimestamps = true
    /// Whether series that bring timestamps of their own get stale markers too.
    package var tracksTimestampsStaleness = false
    package var negotiation = ScrapeNegotiation()
    /// How its targets are asked.
    package var http = HTTPClientSettings()
    /// Where its targets come from.
    package var discoveries: [DiscoveryConfiguration] = []
    /// Of targets, before they are scraped, and of series, before they are stored.
    package var relabelling = Relabelling.none
    package var metricRelabelling = Relabelling.none
    package var limits = ScrapeLimits()
    /// A larger answer, unpacked, counts as failed.
    package var bodyBytesMax = 64 << 20

    package init(jobName: String, interval: Duration, timeout: Duration) {
        self.jobName = jobName
        self.interval = interval
        self.timeout = timeout
    }
}
