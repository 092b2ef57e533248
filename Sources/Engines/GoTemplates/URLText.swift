/// The few things templates ask of addresses.
enum URLText {
    /// The path of an absolute URL: `/signalbox` of `https://host:1/signalbox?x`.
    static func path(of url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        let rest = url[scheme.upperBound...]
        guard let slash = rest.firstIndex(of: "/") else { return "" }
        return String(rest[slash...].prefix { $0 != "?" && $0 != "#" })
    }

    /// Go's `net.SplitHostPort`; nil where it reports an error (no port, unbracketed IPv6).
    static func splitHostPort(_ text: String) -> (host: String, port: String)? {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let port = String(text[text.index(after: colon)...])
        let head = text[..<colon]
        if head.hasPrefix("[") {
            guard head.hasSuffix("]"), head.utf8.count >= 2 else { return nil }
            let host = head.dropFirst().dropLast()
            return host.contains("[") || host.contains("]") ? nil : (String(host), port)
        }
        if head.contains(":") || text.contains("[") || text.contains("]") { return nil }
        return (String(head), port)
    }

    /// `stripDomain`: the first part of a host name, the port kept; an IP address as it is.
    static func withoutDomain(_ text: String) -> String {
        let split = splitHostPort(text)
        let host = split?.host ?? text
        if isAddress(host) { return text }
        let short = String(host.prefix { $0 != "." })
        guard let port = split?.port, !port.isEmpty else { return short }
        return short.contains(":") ? "[\(short)]:\(port)" : "\(short):\(port)"
    }

    private static func isAddress(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 4 { return parts.allSatisfy { UInt8($0) != nil } }
        guard host.contains(":") else { return false }
        return host.utf8.allSatisfy { $0 == 0x3a || $0 == 0x2e || Character(Unicode.Scalar($0)).isHexDigit }
    }
}
