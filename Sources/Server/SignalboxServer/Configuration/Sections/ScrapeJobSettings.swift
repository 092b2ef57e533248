package import Ingest
package import SignalModel

/// One entry of `scrape_configs:`, in Prometheus' form, with the defaults filled in.
package struct ScrapeJobSettings: Sendable, Hashable {
    package enum Scheme: String, Sendable, Hashable, CaseIterable {
        case http
        case https
    }

    package struct Parameter: Sendable, Hashable {
        package var name: String
        package var values: [String]
    }

    package var name: String
    package var interval: Duration
    package var timeout: Duration
    package var metricsPath = "/metrics"
    package var scheme = Scheme.http
    package var parameters: [Parameter] = []
    package var honorLabels = false
    package var honorTimestamps = true
    package var negotiation = ScrapeNegotiation()
    /// How its targets are asked.
    package var http = HTTPClientSettings()
    package var tracksTimestampsStaleness = false
    package var relabelling = Relabelling.none
    package var metricRelabelling = Relabelling.none
    package var limits = ScrapeLimits()
    /// Zero: only the limit that the scraper has itself.
    package var bodySizeLimit = 0
    /// Where its targets come from.
    package var discoveries: [DiscoveryConfiguration] = []

    package init(name: String, interval: Duration, timeout: Duration) {
        self.name = name
        self.interval = interval
        self.timeout = timeout
    }
}
