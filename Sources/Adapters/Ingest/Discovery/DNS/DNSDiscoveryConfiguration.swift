package import WireFormats

/// `dns_sd_configs`.
package struct DNSDiscoveryConfiguration: Sendable, Hashable {
    package static let defaultRefreshInterval = Duration.seconds(30)

    package var names: [String]
    package var type = DNSRecord.Kind.srv
    /// Of the targets; SRV records bring their own.
    package var port = 0
    package var refreshInterval = Self.defaultRefreshInterval

    package init(names: [String]) { self.names = names }
}
