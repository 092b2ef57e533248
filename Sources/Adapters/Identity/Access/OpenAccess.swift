/// When `auth.mode: none` is allowed: only while every listener can be reached from this machine alone.
package enum OpenAccess {
    /// Nil when each of `listeners` (`host:port`) is loopback; otherwise why the server must not start.
    package static func refusal(listeners: [String]) -> String? {
        guard !listeners.isEmpty else { return "auth.mode none needs a listener that is loopback, and there is none" }
        for listener in listeners where !isLoopback(listener) {
            return "auth.mode none is only for loopback listeners, and \(listener) can be reached from elsewhere"
        }
        return nil
    }

    /// Whether `listener` names a loopback address by itself. A host name other than `localhost` does not count:
    /// what it resolves to may change after the check.
    package static func isLoopback(_ listener: String) -> Bool {
        guard let host = host(of: listener) else { return false }
        if host.lowercased() == "localhost" { return true }
        if let address = ipv4(host) { return address[0] == 127 }
        let lowered = host.lowercased()
        if lowered == "::1" || lowered == "0:0:0:0:0:0:0:1" { return true }
        if lowered.hasPrefix("::ffff:"), let mapped = ipv4(String(lowered.dropFirst(7))) { return mapped[0] == 127 }
        return false
    }

    /// `127.0.0.1:7070`, `[::1]:7070`; nil without a port or for a bare IPv6 address.
    private static func host(of listener: String) -> String? {
        guard let colon = listener.lastIndex(of: ":"),
            UInt16(listener[listener.index(after: colon)...]) != nil
        else { return nil }
        let host = listener[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { return String(host.dropFirst().dropLast()) }
        return host.contains(":") ? nil : String(host)
    }

    /// Four decimal bytes. Shortened, octal and hexadecimal spellings are not addresses here.
    private static func ipv4(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard part.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let byte = UInt8(part),
                part.count == 1 || !part.hasPrefix("0")
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
