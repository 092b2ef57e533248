package import Basics

/// Which signed links were used: each works once, over restarts too.
package protocol UsedLinks: Sendable {
    /// False when it was used before.
    func use(_ token: String, expiresAt: Timestamp, now: Timestamp) async throws -> Bool
    func isUsed(_ token: String) async throws -> Bool
    /// What it was for could not be done: it may be tried again.
    func release(_ token: String) async throws
}
