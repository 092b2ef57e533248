/// `listeners:` — further ports, for clients that insist on one. They serve what the main one serves.
package struct ListenerSettings: Sendable, Hashable {
    /// Alertmanager's port is 9093.
    package var alertmanager: ListenAddress?

    package init() {}
}

extension ListenerSettings {
    static func decode(_ node: ConfigurationNode?) -> ListenerSettings {
        var settings = ListenerSettings()
        guard var reader = node?.mapping() else { return settings }
        if let listen = reader["alertmanager"], let text = listen.string() {
            settings.alertmanager = ListenAddress(text)
            if settings.alertmanager == nil { listen.expected("an address such as 127.0.0.1:9093") }
        }
        for key in ["elasticsearch", "apm", "otlp_grpc", "otlp_http", "zipkin", "syslog"] {
            reader.refuse(key, Unsupported.message)
        }
        reader.finish()
        return settings
    }
}
