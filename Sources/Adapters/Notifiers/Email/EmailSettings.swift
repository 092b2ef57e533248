package import Basics
internal import SignalModel

/// A channel that sends mail through an SMTP server.
package struct EmailSettings: Sendable, Hashable {
    package enum Security: String, Sendable, Hashable, CaseIterable {
        /// Begins in the clear and must change to TLS before anything is said. Port 587.
        case startTLS = "starttls"
        /// TLS from the first byte. Port 465.
        case implicitTLS = "tls"
        /// In the clear: only to a loopback host, or where `allowsPlaintext` says so.
        case none
    }

    package var host: String
    package var port: Int
    package var security: Security
    package var allowsPlaintext: Bool
    /// No AUTH when empty.
    package var username: String
    package var password: Secret
    /// `Signalbox <signalbox@example.org>` or the bare address.
    package var from: String
    /// Where mail goes that is not for one person: a team's channel.
    package var to: [String]
    /// PEM file to trust instead of the system's authorities; empty for those.
    package var caFile: String
    /// Whether the server's certificate must be trusted and its own; false only where an Alertmanager file says so.
    package var verifiesServer = true
    /// Named in EHLO; empty for the domain of `from`.
    package var helloName: String

    /// Recipients of one team channel; more are refused, a mailing list is the better place for them.
    package static let recipientsMax = 50

    package init(
        host: String, port: Int = 587, security: Security = .startTLS, allowsPlaintext: Bool = false,
        username: String = "", password: Secret = "", from: String, to: [String] = [], caFile: String = "",
        helloName: String = ""
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.allowsPlaintext = allowsPlaintext
        self.username = username
        self.password = password
        self.from = from
        self.to = to
        self.caFile = caFile
        self.helloName = helloName
    }

    /// What is wrong with these settings, naming the key and never a secret; empty when nothing is.
    package var problems: [String] {
        var problems: [String] = []
        if !HostRule.isHost(host) { problems.append("host: needs a host name or an address") }
        if !(1...65_535).contains(port) { problems.append("port: must be 1 to 65535") }
        if security == .none, !allowsPlaintext, !HostRule.isLoopback(host) {
            problems.append("security: none sends pages in the clear; set allow_plaintext if that is meant")
        }
        if MailAddress(from) == nil { problems.append("from: \(quoted(from)) is no mail address") }
        for address in to where MailAddress(address) == nil {
            problems.append("to: \(quoted(address)) is no mail address")
        }
        if to.count > Self.recipientsMax { problems.append("to: at most \(Self.recipientsMax) recipients") }
        if username.isEmpty != password.isEmpty { problems.append("username and password go together") }
        if !HeaderRule.isValue(username) || !HeaderRule.isValue(password.revealed) {
            problems.append("username and password may not hold control characters")
        }
        if !helloName.isEmpty, !HostRule.isHost(helloName) { problems.append("hello_name: needs a host name") }
        if caFile.utf8.contains(0) { problems.append("ca_file: is no path") }
        return problems
    }
}
