import Ingest
import SignalModel

extension ServerProcess {
    /// The discovery that each configuration asks for: a line a mechanism.
    static func discovery(_ configuration: DiscoveryConfiguration) -> (any TargetDiscovery)? {
        switch configuration {
        case .fixed: nil
        }
    }

    /// Static targets are in none of these: they are not looked for.
    func discoveryMetrics() -> [SelfMetric] {
        let statuses = discovery.statuses
        func each(_ value: (DiscoveryStatus) -> Int) -> [(labels: Labels, value: Double)] {
            var sums: [Labels: Int] = [:]
            for status in statuses {
                for job in status.jobs {
                    let labels = Labels([
                        (name: "job_name", value: job), (name: "mechanism", value: status.mechanism),
                    ])
                    sums[labels, default: 0] += value(status)
                }
            }
            return sums.sorted { $0.key < $1.key }.map { ($0.key, Double($0.value)) }
        }
        return [
            SelfMetric(
                "discovery_targets", .gauge, "Targets found, before relabelling.", each(\.targetCount)),
            SelfMetric("discovery_updates_total", .counter, "Good looks for targets.", each(\.updateCount)),
            SelfMetric("discovery_failures_total", .counter, "Looks for targets that failed.", each(\.failureCount)),
            SelfMetric(
                "discovery_failing", .gauge, "Discoveries whose latest look failed.",
                each { $0.failure == nil ? 0 : 1 }),
        ]
    }
}
