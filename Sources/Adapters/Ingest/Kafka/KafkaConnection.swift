package import Basics

/// How the brokers of one Kafka are reached.
package struct KafkaConnection: Sendable, Hashable {
    package struct TLS: Sendable, Hashable {
        /// Files in PEM; nil for the system's authorities, and for no certificate of our own.
        package var authority: String?
        package var certificate: String?
        package var key: String?

        package init(authority: String?, certificate: String?, key: String?) {
            self.authority = authority
            self.certificate = certificate
            self.key = key
        }
    }

    package enum Mechanism: String, Sendable, Hashable, CaseIterable {
        case plain = "PLAIN"
        case scramSHA256 = "SCRAM-SHA-256"
        case scramSHA512 = "SCRAM-SHA-512"
    }

    package struct Login: Sendable, Hashable {
        package var mechanism: Mechanism
        package var user: String
        package var password: Secret

        package init(mechanism: Mechanism, user: String, password: Secret) {
            self.mechanism = mechanism
            self.user = user
            self.password = password
        }
    }

    /// `host:port` of some; the others are learned from them.
    package var brokers: [String]
    package var tls: TLS?
    package var login: Login?

    package init(brokers: [String], tls: TLS? = nil, login: Login? = nil) {
        self.brokers = brokers
        self.tls = tls
        self.login = login
    }

    /// Brokers that are away are looked for as often.
    private static let reconnectMillisecondsMax = 1000

    /// As librdkafka calls it.
    var properties: [(String, String)] {
        var properties = [
            ("bootstrap.servers", brokers.joined(separator: ",")), ("client.id", "signalbox"),
            ("reconnect.backoff.max.ms", "\(Self.reconnectMillisecondsMax)"),
            ("security.protocol", (login == nil ? "" : "sasl_") + (tls == nil ? "plaintext" : "ssl")),
        ]
        if let login {
            properties += [
                ("sasl.mechanism", login.mechanism.rawValue), ("sasl.username", login.user),
                ("sasl.password", login.password.revealed),
            ]
        }
        if let file = tls?.authority { properties.append(("ssl.ca.location", file)) }
        if let file = tls?.certificate { properties.append(("ssl.certificate.location", file)) }
        if let file = tls?.key { properties.append(("ssl.key.location", file)) }
        return properties
    }
}
