/// `listeners:` — further ports, for clients that insist on one. They serve what the main one serves.
package struct ListenerSettings: Sendable, Hashable {
    /// Alertmanager's port is 9093.
    package var alertmanager: ListenAddress?
    /// Port of Elastic's APM server, 8200. Serves at its root what the main one has below `/apm`.
    package var apm: ListenAddress?
    /// Elasticsearch's port is 9200. Serves at its root what the main one has below `/es`.
    package var elasticsearch: ListenAddress?
    /// OTLP by gRPC; its port is 4317.
    package var otlpGRPC: ListenAddress?
    /// OTLP by HTTP; its port is 4318.
    package var otlpHTTP: ListenAddress?
    /// Syslog by TCP and UDP; its port is 514.
    package var syslog: ListenAddress?
    /// Syslog by TLS, with the certificate of `server.tls`; its port is 6514.
    package var syslogTLS: ListenAddress?
    /// Zipkin's port is 9411.
    package var zipkin: ListenAddress?

    package init() {}

    /// Those that are set, by their keys.
    var all: [(key: String, address: ListenAddress)] {
        [
            ("alertmanager", alertmanager), ("apm", apm), ("elasticsearch", elasticsearch), ("otlp_grpc", otlpGRPC),
            ("otlp_http", otlpHTTP), ("syslog", syslog), ("syslog_tls", syslogTLS),
            ("zipkin", zipkin),
        ].compactMap { key, address in address.map { (key, $0) } }
    }
}

extension ListenerSettings {
    static func decode(_ node: ConfigurationNode?, _ server: ServerSettings) -> ListenerSettings {
        var settings = ListenerSettings()
        guard var reader = node?.mapping() else { return settings }
        func address(_ key: String, port: Int) -> ListenAddress? {
            guard let listen = reader[key], let text = listen.string() else { return nil }
            let address = ListenAddress(text)
            if address == nil { listen.expected("an address such as 127.0.0.1:\(port)") }
            return address
        }
        settings.alertmanager = address("alertmanager", port: 9093)
        settings.apm = address("apm", port: 8200)
        settings.elasticsearch = address("elasticsearch", port: 9200)
        settings.otlpGRPC = address("otlp_grpc", port: 4317)
        settings.otlpHTTP = address("otlp_http", port: 4318)
        settings.syslog = address("syslog", port: 5514)
        settings.syslogTLS = address("syslog_tls", port: 6514)
        if settings.syslogTLS != nil, server.tls == nil {
            reader["syslog_tls"]?.note("listeners.syslog_tls needs server.tls: its certificate and key")
        }
        settings.zipkin = address("zipkin", port: 9411)
        reader.finish()
        return settings
    }
}
