import Basics
import Ingest
import SignalModel

extension HTTPClientDecoding {
    /// Names, and values of one, in `http_headers`; more are refused.
    private static let headersMax = 100
    /// What requests set themselves, or what changes the connection; prometheus/common, `config/headers.go`.
    private static let reservedHeaders: Set<String> = [
        "authorization", "host", "content-encoding", "content-length", "content-type", "user-agent", "connection",
        "keep-alive", "proxy-authenticate", "proxy-authorization", "www-authenticate", "accept-encoding",
        "x-prometheus-remote-write-version", "x-prometheus-remote-read-version",
        "x-prometheus-scrape-timeout-seconds", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256",
    ]

    static func headers(
        _ node: ConfigurationNode, _ files: ConfigurationFiles
    ) -> [String: [SecretSource]] {
        guard var reader = node.mapping() else { return [:] }
        var result: [String: [SecretSource]] = [:]
        let entries = reader.all()
        if entries.count > headersMax { node.note("\(node.path): at most \(headersMax) headers") }
        for entry in entries.prefix(headersMax) {
            if reservedHeaders.contains(entry.name.lowercased()) {
                entry.key.note("\(node.path): setting header \(quoted(entry.name)) is not allowed")
            } else if !isHeaderName(entry.name) {
                entry.key.note("\(node.path): \(quoted(entry.name)) is no name of a header")
            }
            guard var inner = entry.value.mapping() else { continue }
            var values = (inner["values"]?.strings() ?? []).map { SecretSource.text(Secret($0)) }
            for secret in inner["secrets"]?.list() ?? [] {
                if let text = secret.secret(files) { values.append(.text(text)) }
            }
            for path in inner["files"]?.list() ?? [] {
                if let source = file(path, files) { values.append(source) }
            }
            inner.finish()
            if values.count > headersMax { entry.value.note("\(entry.value.path): at most \(headersMax) values") }
            result[entry.name] = values
        }
        return result
    }

    private static func isHeaderName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                byte > 0x20 && byte < 0x7f && !#"()<>@,;:\"/[]?={}"#.utf8.contains(byte)
            }
    }
}
