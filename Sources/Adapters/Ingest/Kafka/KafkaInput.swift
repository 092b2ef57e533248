package import Basics

/// Topics that are read into the queue of logs, as one member of a consumer group.
package struct KafkaInput: Sendable, Hashable {
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

    /// Where a group that has read nothing yet begins.
    package enum Start: String, Sendable, Hashable, CaseIterable {
        case earliest, latest
    }

    /// `host:port` of some; the others are learned from them.
    package var brokers: [String]
    /// Names; what begins with `^` is a regular expression.
    package var topics: [String]
    package var group = "signalbox"
    package var start = Start.earliest
    /// For messages that do not say where they are to go; nil: a data stream named after the topic.
    package var index: String?
    package var pipeline: String?
    package var tls: TLS?
    package var login: Login?

    package init(brokers: [String], topics: [String]) {
        self.brokers = brokers
        self.topics = topics
    }
}
