/// `listeners:` — further ports, for clients that insist on one. They serve what the main one serves.
package struct ListenerSettings: Sendable, Hashable {
    /// Alertmanager's port is 9093.
    package var alertmanager: ListenAddress?
    /// OTLP by gRPC; its port is 4317.
    package var otlpGRPC: ListenAddress?

    package init() {}

    /// Those that are set, by their keys.
    var all: [(key: String, address: ListenAddress)] {
        [("alertmanager", alertmanager), ("otlp_grpc", otlpGRPC)].compactMap { key, address in
            address.map { (key, $0) }
        }
    }
}

extension ListenerSettings {
    static func decode(_ node: ConfigurationNode?) -> ListenerSettings {
        var settings = ListenerSettings()
        guard var reader = node?.mapping() else { return settings }
        func address(_ key: String, port: Int) -> ListenAddress? {
            guard let listen = reader[key], let text = listen.string() else { return nil }
            let address = ListenAddress(text)
            if address == nil { listen.expected("an address such as 127.0.0.1:\(port)") }
            return address
        }
        settings.alertmanager = address("alertmanager", port: 9093)
        settings.otlpGRPC = address("otlp_grpc", port: 4317)
        for key in ["elasticsearch", "apm", "otlp_http", "zipkin", "syslog"] {
            reader.refuse(key, Unsupported.message)
        }
        reader.finish()
        return settings
    }
}
