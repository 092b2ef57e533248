package import Basics
import FoundationEssentials

/// A proxy and who it knows us as.
package struct ProxyServer: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case http, socks5 }

    package var kind: Kind
    package var host: String
    package var port: Int
    /// `name:password`.
    package var credentials: Secret?
    /// `proxy_connect_header`.
    package var connectHeaders: [String: [Secret]] = [:]

    /// What is wrong with a proxy's URL; holds nothing of its credentials.
    package struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        package var description: String
    }

    package init(_ text: String) throws(Invalid) {
        let text = text.contains("://") ? text : "http://" + text
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), let host = url.host,
            !host.isEmpty
        else { throw Invalid(description: "a proxy's URL must be like http://host:port") }
        switch scheme {
        case "http": kind = .http
        case "socks5", "socks5h": kind = .socks5
        default:
            throw Invalid(
                description: "a proxy is reached by http or socks5, not by \(scheme), which is not supported")
        }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = url.port ?? (kind == .http ? 80 : 1080)
        if let user = url.user(percentEncoded: false) {
            if kind == .socks5 {
                throw Invalid(description: "credentials for a SOCKS proxy are not supported")
            }
            credentials = Secret(user + ":" + (url.password(percentEncoded: false) ?? ""))
        }
    }
}
