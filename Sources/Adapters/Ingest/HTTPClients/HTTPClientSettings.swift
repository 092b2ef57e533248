/// How one job, or one discovery, talks HTTP: Prometheus' keys (`config/http_config.go` of prometheus/common).
package struct HTTPClientSettings: Sendable, Hashable {
    package enum Authentication: Sendable, Hashable {
        case none
        /// A missing half is sent empty.
        case basic(username: SecretSource?, password: SecretSource?)
        /// `Authorization: TYPE CREDENTIALS`.
        case header(type: String, credentials: SecretSource)
        case oauth2(OAuth2Settings)
    }

    package var authentication = Authentication.none
    package var tls = TLSSettings()
    package var proxy = ProxySettings.none
    /// `http_headers`: values in order, by name. They never replace what a request sets itself.
    package var headers: [String: [SecretSource]] = [:]
    package var followsRedirects = true
    package var usesHTTP2 = true
    /// Whether a packed answer is asked for.
    package var compresses = true

    package init() {}

    /// For another host than the configured one: what this one would learn is left out.
    var withoutCredentials: HTTPClientSettings {
        var result = self
        result.authentication = .none
        result.headers = [:]
        result.tls.certificate = nil
        result.tls.key = nil
        result.tls.serverName = ""
        return result
    }
}
