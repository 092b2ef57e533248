/// `tls_config`.
package struct TLSSettings: Sendable, Hashable {
    package enum Version: String, Sendable, Hashable, CaseIterable, Comparable {
        case tls10 = "TLS10"
        case tls11 = "TLS11"
        case tls12 = "TLS12"
        case tls13 = "TLS13"

        package static func < (left: Version, right: Version) -> Bool { left.rawValue < right.rawValue }
    }

    /// In PEM; nil for the authorities this machine trusts.
    package var authorities: SecretSource?
    /// Both or none, in PEM: what we show when the other side asks who we are.
    package var certificate: SecretSource?
    package var key: SecretSource?
    /// The name to ask for and to expect, instead of the address's host; empty for that.
    package var serverName = ""
    package var skipsVerification = false
    package var minVersion = Version.tls12
    package var maxVersion: Version?

    package init() {}
}
