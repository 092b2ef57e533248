package import Basics

/// A signed-in browser. The cookie's value is kept only as a digest.
package struct Session: Sendable, Hashable {
    package var digest: SecretDigest
    package var user: UserName
    package var createdAt: Timestamp
    /// At most `IdentityLimits.usageResolution` behind.
    package var lastSeenAt: Timestamp
    /// Ends then whatever the use.
    package var expiresAt: Timestamp
    /// Address of the client that signed in.
    package var source: String

    package init(
        digest: SecretDigest, user: UserName, createdAt: Timestamp, lastSeenAt: Timestamp, expiresAt: Timestamp,
        source: String
    ) {
        self.digest = digest
        self.user = user
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
        self.expiresAt = expiresAt
        self.source = source
    }

    func isLive(at now: Timestamp, idleMax: Duration) -> Bool {
        now < expiresAt && now - lastSeenAt < idleMax
    }
}
