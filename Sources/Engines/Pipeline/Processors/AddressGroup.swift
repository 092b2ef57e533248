internal import Basics

/// Addresses that belong together: a network, `10.0.0.0/8`, or what Elasticsearch has a name for.
enum AddressGroup: Sendable {
    case inside([IPNetwork])
    case outside([IPNetwork])

    /// Nil for what is neither.
    init?(_ text: String) {
        if let networks = Self.named[text] {
            self = .inside(networks)
        } else if let networks = Self.namedByOthers[text] {
            self = .outside(networks)
        } else if let network = IPNetwork(text) {
            self = .inside([network])
        } else {
            return nil
        }
    }

    func contains(_ address: IPAddress) -> Bool {
        switch self {
        case .inside(let networks): networks.contains { address.isIn($0) }
        case .outside(let networks): !networks.contains { address.isIn($0) }
        }
    }

    private static let named: [String: [IPNetwork]] = [
        "loopback": ["127.0.0.0/8", "::1/128"], "unspecified": ["0.0.0.0/32", "::/128"],
        "private": ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"],
        "link_local_unicast": ["169.254.0.0/16", "fe80::/10"], "link_local_multicast": ["224.0.0.0/24", "ff02::/16"],
        "interface_local_multicast": ["ff01::/16"], "multicast": ["224.0.0.0/4", "ff00::/8"],
    ].mapValues { $0.compactMap { IPNetwork($0) } }

    /// What has none of these addresses.
    private static let namedByOthers: [String: [IPNetwork]] = {
        func others(_ names: String...) -> [IPNetwork] {
            names.flatMap { named[$0] ?? [] } + [IPNetwork("255.255.255.255")].compactMap(\.self)
        }
        let unicast = others("unspecified", "loopback", "multicast", "link_local_unicast")
        return [
            "unicast": unicast, "global_unicast": unicast,
            "public": others(
                "private", "loopback", "unspecified", "link_local_unicast", "link_local_multicast",
                "interface_local_multicast"),
        ]
    }()
}
