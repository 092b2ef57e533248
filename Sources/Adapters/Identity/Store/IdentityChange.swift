package import Basics

/// One step of a write to the store. "Put" means insert or replace by key.
package enum IdentityChange: Sendable, Hashable {
    case putUser(User)
    /// Takes the user's sessions with it.
    case removeUser(UserName)
    case putSession(Session)
    case removeSessions([SecretDigest])
    case putToken(Token)
    case removeToken(id: String)
    /// Coarse times of use. Rows that are gone meanwhile are left out.
    case touchSession(SecretDigest, at: Timestamp)
    case touchToken(id: String, at: Timestamp)
}
