package import Basics
package import Ingest
package import SignalModel

/// One entry of `scrape_configs:`, in Prometheus' form, with the defaults filled in.
package struct ScrapeJobSettings: Sendable, Hashable {
    package enum Scheme: String, Sendable, Hashable, CaseIterable {
        case http
        case https
    }

    package enum Credentials: Sendable, Hashable {
        case basic(username: String, password: Secret)
        case authorization(type: String, credentials: Secret)
    }

    package struct StaticTargets: Sendable, Hashable {
        /// `host:port`.
        package var targets: [String]
        package var labels: Labels
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
    package var credentials: Credentials?
    /// Zero: no limit.
    package var sampleLimit = 0
    /// Zero: only the limit that the scraper has itself.
    package var bodySizeLimit = 0
    package var staticTargets: [StaticTargets] = []

    package init(name: String, interval: Duration, timeout: Duration) {
        self.name = name
        self.interval = interval
        self.timeout = timeout
    }
}
