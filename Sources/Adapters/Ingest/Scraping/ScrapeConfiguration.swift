package import Basics
package import SignalModel

/// One entry of `scrape_configs`, in Prometheus' words and with its defaults.
package struct ScrapeConfiguration: Sendable, Hashable {
    package enum Credential: Sendable, Hashable {
        case basic(user: String, password: Secret)
        /// The whole value of the Authorization header.
        case header(Secret)
    }

    package struct TargetGroup: Sendable, Hashable {
        /// `host:port`.
        package var targets: [String]
        package var labels: Labels

        package init(targets: [String], labels: Labels) {
            self.targets = targets
            self.labels = labels
        }
    }

    package var jobName: String
    package var interval: Duration
    package var timeout: Duration
    package var metricsPath = "/metrics"
    package var scheme = "http"
    package var parameters: [String: [String]] = [:]
    /// Labels of the target's own samples win over ours; otherwise they are renamed to `exported_…`.
    package var honorLabels = false
    package var honorTimestamps = true
    package var negotiation = ScrapeNegotiation()
    package var credential: Credential?
    package var groups: [TargetGroup] = []
    /// A scrape with more samples counts as failed; 0 for no limit but the parser's.
    package var sampleLimit = 0
    /// A larger answer, unpacked, counts as failed.
    package var bodyBytesMax = 64 << 20

    package init(jobName: String, interval: Duration, timeout: Duration) {
        self.jobName = jobName
        self.interval = interval
        self.timeout = timeout
    }
}
