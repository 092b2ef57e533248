/// One way in which a job's targets are found, as the configuration says it. Equal configurations share one
/// discovery, whatever job they stand in, and go on undisturbed when a reload keeps them.
package enum DiscoveryConfiguration: Sendable, Hashable {
    /// `static_configs`: there from the first moment.
    case fixed([TargetGroup])
    case file(FileDiscoveryConfiguration)
    case dns(DNSDiscoveryConfiguration)
    case http(HTTPDiscoveryConfiguration)
    case kubernetes(KubernetesDiscoveryConfiguration)

    /// As logs and metrics name it.
    package var mechanism: String {
        switch self {
        case .fixed: "static"
        case .file: "file"
        case .dns: "dns"
        case .http: "http"
        case .kubernetes: "kubernetes"
        }
    }
}
