package import Basics
package import SignalModel

/// A credential for a program. Its secret is shown once, at creation, and kept only as a digest.
///
/// A token outlives the user who made it: a cluster must not fall silent because somebody left.
package struct Token: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Sends telemetry, and `forcedLabels` say where it is from.
        case ingest(forcedLabels: Labels, limits: IngestLimits)
        /// An integration key: sends events and beats heartbeats, and `forcedLabels` say where they are from.
        case events(forcedLabels: Labels)
        /// Stands in pages that anybody can read: sends what browsers measure, and nothing else.
        case browser(forcedLabels: Labels)
        /// Calls the API as `role`.
        case api(role: Role)

        package var prefix: String {
            switch self {
            case .ingest: "sbx_ingest_"
            // Without anything that is no letter or digit: fields for PagerDuty's keys allow nothing else.
            case .events: "sbxe"
            case .browser: "sbx_browser_"
            case .api: "sbx_api_"
            }
        }
    }

    /// Whether a text begins as the secrets of tokens do: then it is one that is revoked or mistyped, and no password.
    package static func isLikeSecret(_ text: String) -> Bool { text.hasPrefix("sbx_") || text.hasPrefix("sbxe") }

    /// Names the token in lists, in audit entries and when it is revoked. Not secret.
    package var id: String
    package var name: String
    package var kind: Kind
    package var digest: SecretDigest
    package var createdAt: Timestamp
    /// The creator's audit name.
    package var createdBy: String
    /// Refused from this time on; nil for never.
    package var expiresAt: Timestamp?
    /// At most `IdentityLimits.usageResolution` behind; nil while never used.
    package var lastUsedAt: Timestamp?

    package init(
        id: String, name: String, kind: Kind, digest: SecretDigest, createdAt: Timestamp, createdBy: String,
        expiresAt: Timestamp? = nil, lastUsedAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.digest = digest
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
    }

    func isExpired(at now: Timestamp) -> Bool { expiresAt.map { now >= $0 } ?? false }

    var principal: Principal {
        switch kind {
        case .ingest(let forcedLabels, let limits):
            Principal(
                kind: .ingestToken, id: id, name: name, role: nil, forcedLabels: forcedLabels, limits: limits)
        case .events(let forcedLabels):
            Principal(kind: .eventsToken, id: id, name: name, role: nil, forcedLabels: forcedLabels)
        case .browser(let forcedLabels):
            Principal(kind: .browserToken, id: id, name: name, role: nil, forcedLabels: forcedLabels)
        case .api(let role):
            Principal(kind: .apiToken, id: id, name: name, role: role)
        }
    }
}
