/// What `/etc/resolv.conf` says (resolv.conf(5)), as far as it matters for asking servers.
package struct ResolverConfiguration: Sendable, Hashable {
    package struct Server: Sendable, Hashable {
        package var host: String
        package var port: Int

        package init(host: String, port: Int = 53) {
            self.host = host
            self.port = port
        }
    }

    /// Servers, and domains to search, beyond which nothing is read.
    private static let serversMax = 3
    private static let searchMax = 16

    package var servers: [Server] = []
    package var search: [String] = []
    /// A name with this many dots is tried as it is first.
    package var dotsBeforeSearch = 1
    /// How long one server has for one answer.
    package var timeout = Duration.seconds(5)

    package init(servers: [Server]) { self.servers = servers }

    package init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard let key = words.first, !key.hasPrefix("#"), !key.hasPrefix(";") else { continue }
            switch key {
            case "nameserver":
                if words.count > 1, servers.count < Self.serversMax { servers.append(Server(host: String(words[1]))) }
            case "domain": search = words.dropFirst().prefix(1).map(String.init)
            case "search": search = words.dropFirst().prefix(Self.searchMax).map(String.init)
            case "options": for option in words.dropFirst() { read(option: option) }
            default: break
            }
        }
        if servers.isEmpty { servers = [Server(host: "127.0.0.1")] }
    }

    private mutating func read(option: Substring) {
        let parts = option.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let number = Int(parts[1]) else { return }
        switch parts[0] {
        case "ndots": dotsBeforeSearch = min(max(number, 0), 15)
        case "timeout": timeout = .seconds(min(max(number, 1), 30))
        default: break
        }
    }

    /// The full names to ask for, in order.
    package func candidates(for name: String) -> [String] {
        if name.hasSuffix(".") { return [name] }
        let dots = name.utf8.count { $0 == UInt8(ascii: ".") }
        let searched = search.map { name + "." + $0 + ($0.hasSuffix(".") ? "" : ".") }
        return dots >= dotsBeforeSearch ? [name + "."] + searched : searched + [name + "."]
    }
}
