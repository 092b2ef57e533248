import HTTPTypes
import Hummingbird

/// Whether a browser says that one of our own pages sent a request.
enum SameOrigin {
    private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")
    private static let origin = HTTPField.Name("Origin")

    /// True as well for clients that are no browsers: they send neither header, and carry nobody's cookies.
    static func isProven(_ request: Request) -> Bool {
        if let name = fetchSite, let site = request.headers[name] { return site == "same-origin" || site == "none" }
        guard let name = origin, let origin = request.headers[name] else { return true }
        let parts = origin.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let host = request.head.authority, !host.isEmpty else { return false }
        return parts[2] == host
    }
}
