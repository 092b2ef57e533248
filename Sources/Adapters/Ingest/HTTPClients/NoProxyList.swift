import Glibc

/// Hosts that are asked without the proxy: the form of `NO_PROXY` in Go's `httpproxy`. Entries, with commas between
/// them, are `*`, an address, a range `10.0.0.0/8`, a domain, which stands for all below it too, or `.domain` for
/// only those; each may have a port.
package struct NoProxyList: Sendable, Hashable {
    private enum Pattern: Sendable, Hashable {
        case all
        case address([UInt8])
        case range([UInt8], bits: Int)
        /// With a dot in front.
        case domain(String, withItself: Bool)
    }

    private struct Entry: Sendable, Hashable {
        var pattern: Pattern
        var port: Int?
    }

    private var entries: [Entry] = []

    package init(_ text: String) {
        for part in text.split(separator: ",") {
            let word = part.filter { !$0.isWhitespace }.lowercased()
            if let entry = Self.entry(word) { entries.append(entry) }
        }
    }

    package func contains(host: String, port: Int) -> Bool {
        let host = host.lowercased()
        if host == "localhost" { return true }
        let address = Self.address(host)
        if let address, Self.isLoopback(address) { return true }
        let name = "." + (host.hasSuffix(".") ? String(host.dropLast()) : host)
        return entries.contains { entry in
            if let only = entry.port, only != port { return false }
            return switch entry.pattern {
            case .all: true
            case .address(let bytes): bytes == address
            case .range(let bytes, let bits): address.map { Self.agree($0, bytes, bits: bits) } ?? false
            case .domain(let domain, let withItself):
                name.hasSuffix(domain) && (withItself || name.utf8.count > domain.utf8.count)
            }
        }
    }

    private static func entry(_ word: String) -> Entry? {
        if word.isEmpty { return nil }
        if word == "*" { return Entry(pattern: .all) }
        let parts = word.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2 {
            guard let bytes = address(parts[0]), let bits = Int(parts[1]), (0...bytes.count * 8).contains(bits) else {
                return nil
            }
            return Entry(pattern: .range(bytes, bits: bits))
        }
        if let bytes = address(word) { return Entry(pattern: .address(bytes)) }
        var host = word
        var port: Int?
        if let colon = word.lastIndex(of: ":"), let number = Int(word[word.index(after: colon)...]) {
            host = String(word[..<colon])
            port = number
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host.isEmpty { return nil }
        if let bytes = address(host) { return Entry(pattern: .address(bytes), port: port) }
        if host.hasPrefix("*.") { host.removeFirst() }
        if host.hasPrefix(".") { return Entry(pattern: .domain(host, withItself: false), port: port) }
        return Entry(pattern: .domain("." + host, withItself: true), port: port)
    }

    /// Four or sixteen bytes.
    private static func address(_ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
        return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }

    private static func isLoopback(_ address: [UInt8]) -> Bool {
        address.count == 4 ? address[0] == 127 : address.dropLast().allSatisfy { $0 == 0 } && address.last == 1
    }

    private static func agree(_ left: [UInt8], _ right: [UInt8], bits: Int) -> Bool {
        guard left.count == right.count else { return false }
        return (0..<bits).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return left[bit / 8] & mask == right[bit / 8] & mask
        }
    }
}
