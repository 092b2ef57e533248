/// Where this server is reached, for links to what runs beside it.
package struct ReachableAddress: Sendable {
    private let scheme: String
    /// Host and, where the URL has one, port.
    private let authority: Substring
    private let listenPort: Int

    package init(externalURL: String, listenPort: Int) {
        let parts = externalURL.split(separator: "://", maxSplits: 1)
        scheme = parts.count == 2 ? String(parts[0]) : "http"
        authority = (parts.last ?? "").prefix { $0 != "/" }
        self.listenPort = listenPort
    }

    /// Prometheus' `globalUrl`: a target on this machine under the name by which others reach it; our own port under
    /// the whole of our address.
    func global(_ url: String) -> String {
        guard let start = url.firstRange(of: "://") else { return url }
        let rest = url[start.upperBound...]
        let target = rest.prefix { $0 != "/" && $0 != "?" }
        let (host, port) = Self.split(target)
        guard ["127.0.0.1", "localhost", "[::1]"].contains(host), let port else { return url }
        let path = rest.dropFirst(target.count)
        if port == String(listenPort) { return scheme + "://" + authority + path }
        return url[..<start.upperBound] + Self.split(authority).host + ":" + port + path
    }

    private static func split(_ authority: Substring) -> (host: Substring, port: Substring?) {
        guard let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") else {
            return (authority, nil)
        }
        return (authority[..<colon], authority[authority.index(after: colon)...])
    }
}
