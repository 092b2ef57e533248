package import SignalModel

/// Who sent a request, once that is proven, and what they may do.
package struct Principal: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// A person with a session.
        case user
        case apiToken
        case ingestToken
        /// An integration key of an alerting system.
        case eventsToken
        /// What pages in browsers carry.
        case browserToken
        /// Anybody who reaches a loopback listener while `auth.mode` is `none`.
        case open
        /// Signalbox itself: first start, upkeep.
        case system
    }

    package var kind: Kind
    /// The user's name or the token's id: what the audit entries and the incident timeline carry.
    package var id: String
    /// For people to read; a token's is the name it was given.
    package var name: String
    /// Nil for a token that only writes: telemetry, or events.
    package var role: Role?
    /// Set on every series and event this principal sends, over what the sender says.
    package var forcedLabels: Labels
    package var limits: IngestLimits

    package init(
        kind: Kind, id: String, name: String, role: Role?, forcedLabels: Labels = .empty,
        limits: IngestLimits = IngestLimits()
    ) {
        self.kind = kind
        self.id = id
        self.name = name
        self.role = role
        self.forcedLabels = forcedLabels
        self.limits = limits
    }

    package func may(_ permission: Permission) -> Bool {
        guard let role else {
            return kind == .ingestToken && [.ingest, .greet].contains(permission)
                || kind == .eventsToken && permission == .sendEvents
                || kind == .browserToken && permission == .ingestFromBrowsers
        }
        return role.permissions.contains(permission)
    }

    /// How audit entries name this principal: `user:ann`, `token:1f0c…`, `open`, `system`.
    package var auditName: String {
        switch kind {
        case .user: "user:\(id)"
        case .apiToken, .ingestToken, .eventsToken, .browserToken: "token:\(id)"
        case .open, .system: kind.rawValue
        }
    }

    /// Everybody, while `auth.mode` is `none`. See `OpenAccess`, which says when that may be.
    package static let open = Principal(kind: .open, id: "open", name: "anyone on this machine", role: .admin)
    package static let system = Principal(kind: .system, id: "system", name: "Signalbox", role: .admin)
}
