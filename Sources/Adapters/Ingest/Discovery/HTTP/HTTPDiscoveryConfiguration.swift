/// `http_sd_configs`.
package struct HTTPDiscoveryConfiguration: Sendable, Hashable {
    package static let defaultRefreshInterval = Duration.seconds(60)

    package var url: String
    package var refreshInterval = Self.defaultRefreshInterval
    package var http = HTTPClientSettings()

    package init(url: String) { self.url = url }
}
