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
    /// Labels of the target's own samples win over ours.
    package var honorLabels = false
    package var honorTimestamps = true
    package var credential: Credential?
    package var groups: [TargetGroup] = []
    /// A scrape with more samples counts as failed; 0 for no limit.
    package var sampleLimit = 0
    /// A larger answer counts as failed.
    package var bodyBytesMax = 64 << 20

    package init(jobName: String, interval: Duration, timeout: Duration) {
        self.jobName = jobName
        self.interval = interval
        self.timeout = timeout
    }
}

/// One address to ask, with the labels its series carry.
package struct ScrapeTarget: Sendable, Hashable {
    package var configuration: ScrapeConfiguration
    package var address: String
    /// `job`, `instance` and the group's labels.
    package var labels: Labels

    package var url: String {
        var url = "\(configuration.scheme)://\(address)\(configuration.metricsPath)"
        let pairs = configuration.parameters.sorted { $0.key < $1.key }.flatMap { name, values in
            values.map { "\(name)=\($0)" }
        }
        if !pairs.isEmpty { url += "?" + pairs.joined(separator: "&") }
        return url
    }

    package static func all(of configurations: [ScrapeConfiguration]) -> [ScrapeTarget] {
        configurations.flatMap { configuration in
            configuration.groups.flatMap { group in
                group.targets.map { address in
                    var builder = LabelsBuilder(group.labels)
                    if !group.labels.contains("job") { builder.set("job", configuration.jobName) }
                    if !group.labels.contains("instance") { builder.set("instance", address) }
                    return ScrapeTarget(configuration: configuration, address: address, labels: builder.labels())
                }
            }
        }
    }
}
