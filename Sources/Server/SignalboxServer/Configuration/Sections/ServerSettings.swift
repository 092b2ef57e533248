/// `server:`
package struct ServerSettings: Sendable, Hashable {
    package struct TLS: Sendable, Hashable {
        /// PEM files.
        package var certificate: String
        package var key: String
        /// Clients must show a certificate of this authority; nil: any client.
        package var clientAuthority: String?
    }

    package var listen: ListenAddress
    /// As people and receivers of pages reach the console; without a trailing slash.
    package var externalURL: String
    package var tls: TLS?
}

extension ServerSettings {
    static let standardListen = ListenAddress(host: "127.0.0.1", port: 7070)

    static func decode(_ node: ConfigurationNode?) -> ServerSettings {
        var settings = ServerSettings(listen: standardListen, externalURL: "", tls: nil)
        if var reader = node?.mapping() {
            if let listen = reader["listen"], let text = listen.string() {
                if let address = ListenAddress(text) {
                    settings.listen = address
                } else {
                    listen.expected("an address such as 127.0.0.1:7070")
                }
            }
            if let url = reader["external_url"] { settings.externalURL = decodeURL(url) ?? "" }
            if let tls = reader["tls"] { settings.tls = decodeTLS(tls) }
            reader.finish()
        }
        if settings.externalURL.isEmpty {
            settings.externalURL = "\(settings.tls == nil ? "http" : "https")://\(settings.listen)"
        }
        return settings
    }

    private static func decodeURL(_ node: ConfigurationNode) -> String? {
        guard var text = node.string() else { return nil }
        let rest = ["http://", "https://"].first(where: text.hasPrefix).map { text.dropFirst($0.count) }
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } && !text.contains { "?#\"<>".contains($0) }
        guard isPlain, let rest, let first = rest.first, first != "/", first != ":" else {
            node.expected("an address such as https://signalbox.example.org")
            return nil
        }
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }

    private static func decodeTLS(_ node: ConfigurationNode) -> TLS? {
        guard var reader = node.mapping() else { return nil }
        let certificate = reader.required("certificate")?.filePath()
        let key = reader.required("key")?.filePath()
        let authority = reader["client_ca"]?.filePath()
        reader.finish()
        guard let certificate, let key else { return nil }
        return TLS(certificate: certificate, key: key, clientAuthority: authority)
    }
}
