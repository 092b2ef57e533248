package import Basics
import Glibc
import SignalModel
import WireFormats

/// Targets in DNS, looked up on a schedule: one group a name. A name that cannot be looked up keeps its targets.
package struct DNSDiscovery: TargetDiscovery {
    private let configuration: DNSDiscoveryConfiguration
    private let resolver: any DNSResolving
    private let clock: any WallClock

    package init(_ configuration: DNSDiscoveryConfiguration, resolver: any DNSResolving, clock: any WallClock) {
        self.configuration = configuration
        self.resolver = resolver
        self.clock = clock
    }

    package func run(_ send: @escaping @Sendable (DiscoveryUpdate) -> Void) async {
        var known: [String: TargetGroup] = [:]
        while true {
            let (groups, failures) = await look()
            if Task.isCancelled { return }
            // A failure that lasts is not taken for a recovery in between.
            let changed = groups.filter { known[$0.source] != $0 }
            if failures.isEmpty || !changed.isEmpty { send(.changed(changed)) }
            for group in changed { known[group.source] = group }
            if let first = failures.first {
                let others = failures.count > 1 ? "; and \(failures.count - 1) more names" : ""
                send(.failed(first.reason + others, place: first.name))
            }
            let next = clock.now() + configuration.refreshInterval
            guard (try? await clock.sleep(until: next)) != nil else { return }
        }
    }

    private func look() async -> (groups: [TargetGroup], failures: [(name: String, reason: String)]) {
        await withTaskGroup(of: (name: String, result: Result<TargetGroup, DNSFailure>).self) { tasks in
            for name in configuration.names {
                tasks.addTask {
                    do throws(DNSFailure) {
                        let records = try await resolver.records(of: name, configuration.type)
                        return (name, .success(group(name, records)))
                    } catch { return (name, .failure(error)) }
                }
            }
            var groups: [TargetGroup] = []
            var failures: [(name: String, reason: String)] = []
            for await (name, result) in tasks {
                switch result {
                case .success(let group): groups.append(group)
                case .failure(let failure): failures.append((name, failure.description))
                }
            }
            return (groups.sorted { $0.source < $1.source }, failures.sorted { $0.name < $1.name })
        }
    }

    private func group(_ name: String, _ records: [DNSRecord]) -> TargetGroup {
        let targets = records.compactMap { record -> Labels? in
            var labels = LabelsBuilder()
            labels.set("__meta_dns_name", name)
            switch record.content {
            case .service(let target, let port):
                labels.set("__meta_dns_srv_record_target", target)
                labels.set("__meta_dns_srv_record_port", String(port))
                labels.set(TargetLabelName.address, Self.address(Self.unrooted(target), Int(port)))
            case .mailExchange(let target):
                labels.set("__meta_dns_mx_record_target", target)
                labels.set(TargetLabelName.address, Self.address(Self.unrooted(target), configuration.port))
            case .nameServer(let target):
                labels.set("__meta_dns_ns_record_target", target)
                labels.set(TargetLabelName.address, Self.address(Self.unrooted(target), configuration.port))
            case .address(let bytes):
                labels.set(TargetLabelName.address, Self.address(Self.text(bytes), configuration.port))
            // An alias on the way to what was asked for.
            case .other: return nil
            }
            return labels.labels()
        }
        return TargetGroup(source: name, targets: targets)
    }

    private static func unrooted(_ name: String) -> String {
        var name = name[...]
        while name.hasSuffix(".") { name.removeLast() }
        return String(name)
    }

    private static func address(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Of four or sixteen bytes.
    private static func text(_ bytes: [UInt8]) -> String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
