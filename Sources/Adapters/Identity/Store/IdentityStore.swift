/// Where users, sessions and tokens are kept.
///
/// Calls block and come from one thread at a time: the identity service's own. Errors are `IdentityError`s with
/// code `unavailable`, or `invalid` for rows that are not what was written.
package protocol IdentityStore: Sendable {
    /// Everything, once, at start.
    func load() throws(IdentityError) -> IdentitySnapshot

    /// All of `changes` or none, durable on return.
    func apply(_ changes: [IdentityChange]) throws(IdentityError)
}

package struct IdentitySnapshot: Sendable {
    package var users: [User]
    package var sessions: [Session]
    package var tokens: [Token]

    package init(users: [User] = [], sessions: [Session] = [], tokens: [Token] = []) {
        self.users = users
        self.sessions = sessions
        self.tokens = tokens
    }
}
