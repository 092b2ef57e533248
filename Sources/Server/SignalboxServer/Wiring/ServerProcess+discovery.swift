import Basics
import Ingest
import SignalModel

extension ServerProcess {
    /// The discovery that each configuration asks for: a line a mechanism.
    static func makeDiscovery(clients: HTTPClients, clock: any WallClock) -> Discovery.Make {
        { configuration in
            switch configuration {
            case .fixed: nil
            case .file(let files):
                FileDiscovery(
                    files, disk: PosixFileSystem(), watch: InotifyWatch(), decodeYAML: DiscoveredGroups.decodeYAML,
                    clock: clock)
            case .dns(let names):
                DNSDiscovery(
                    names,
                    resolver: DNSClient(
                        clock: clock, randomness: SystemRandomness(), configuration: readResolverConfiguration),
                    clock: clock)
            case .http(let list): HTTPDiscovery(list, clients: clients, clock: clock)
            case .kubernetes(let cluster):
                KubernetesDiscovery(
                    cluster, clients: clients, disk: PosixFileSystem(), environment: { Environment[$0] },
                    clock: clock,
                    randomness: SystemRandomness())
            }
        }
    }

    private static let resolverPath = "/etc/resolv.conf"
    /// A larger file is none that a resolver reads.
    private static let resolverBytesMax = 64 << 10

    private static func readResolverConfiguration() throws(DNSFailure) -> ResolverConfiguration {
        do {
            let bytes = try PosixFileSystem().read(resolverPath, bytesMax: resolverBytesMax)
            return ResolverConfiguration(String(decoding: bytes, as: UTF8.self))
        } catch { throw DNSFailure("\(error)") }
    }

    /// Static targets are in none of these: they are not looked for.
    func discoveryMetrics() async -> [SelfMetric] {
        let pools = await scraping.pools()
        func eachJob(_ value: (PoolStatus) -> Int) -> [(labels: Labels, value: Double)] {
            pools.map { (Labels([(name: "job_name", value: $0.name)]), Double(value($0))) }
        }
        let statuses = discovery.statuses
        func each(
            _ value: (DiscoveryStatus) -> Int, place: (DiscoveryStatus) -> String? = { _ in nil }
        ) -> [(labels: Labels, value: Double)] {
            var sums: [Labels: Int] = [:]
            for status in statuses {
                for job in status.jobs {
                    let labels = Labels([
                        (name: "job_name", value: job), (name: "mechanism", value: status.mechanism),
                        (name: "place", value: place(status) ?? ""),
                    ])
                    sums[labels, default: 0] += value(status)
                }
            }
            return sums.sorted { $0.key < $1.key }.map { ($0.key, Double($0.value)) }
        }
        return [
            SelfMetric(
                "discovery_targets", .gauge, "Targets found, before relabelling.", each { $0.targetCount }),
            SelfMetric("discovery_updates_total", .counter, "Good looks for targets.", each { $0.updateCount }),
            SelfMetric(
                "discovery_failures_total", .counter, "Looks for targets that failed.", each { $0.failureCount }),
            SelfMetric(
                "discovery_failing", .gauge, "Discoveries whose latest look failed, and where.",
                each({ $0.failure == nil ? 0 : 1 }, place: { $0.failingPlace })),
            SelfMetric(
                "targets_dropped", .gauge, "Targets found that relabelling dropped.", eachJob { $0.droppedCount }),
            SelfMetric(
                "targets_refused", .gauge, "Targets found that cannot be scraped: no address, bad times.",
                eachJob { $0.refusedCount }),
        ]
    }
}
