package import Basics

/// A new session, its secret still readable: this once.
package struct SignedIn: Sendable {
    /// The cookie's value.
    package var secret: String
    package var csrfToken: String
    package var principal: Principal
    package var expiresAt: Timestamp
}
