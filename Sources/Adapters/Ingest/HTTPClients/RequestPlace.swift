import AsyncHTTPClient
import FoundationEssentials
import NIOHTTP1

/// Where a request goes.
struct RequestPlace: Sendable {
    private let url: URL
    let isSecure: Bool
    /// Without the brackets of IPv6.
    let host: String
    let port: Int

    init(_ text: String) throws(HTTPClientFailure) {
        guard let url = URL(string: text) else { throw HTTPClientFailure("\(text) is no URL") }
        try self.init(url)
    }

    private init(_ url: URL) throws(HTTPClientFailure) {
        let scheme = url.scheme?.lowercased()
        guard scheme == "http" || scheme == "https", let host = url.host, !host.isEmpty else {
            throw HTTPClientFailure("\(url.absoluteString): a URL must begin with http:// or https:// and a host")
        }
        self.url = url
        isSecure = scheme == "https"
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = url.port ?? (scheme == "https" ? 443 : 80)
    }

    var text: String { url.absoluteString }

    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return url.port.map { "\(name):\($0)" } ?? name
    }

    func text(host other: String) -> String {
        var parts = URLComponents(url: url, resolvingAgainstBaseURL: true)
        parts?.host = other
        return parts?.string ?? text
    }

    /// Nil when the answer is none of the redirects that Go follows.
    func redirected(by response: HTTPClientResponse) throws(HTTPClientFailure) -> RequestPlace? {
        guard [301, 302, 303, 307, 308].contains(response.status.code),
            let location = response.headers.first(name: "Location")
        else { return nil }
        guard let next = URL(string: location, relativeTo: url)?.absoluteURL else {
            throw HTTPClientFailure("redirected to what is no URL")
        }
        return try RequestPlace(next)
    }

    /// Only the same host, and never from https to http. Another port is another server, but for the change to https.
    func mayShareCredentials(with next: RequestPlace) -> Bool {
        guard host.lowercased() == next.host.lowercased() else { return false }
        return isSecure == next.isSecure ? port == next.port : next.isSecure
    }
}
