import Basics
import Identity
import Synchronization

/// A store and an audit trail in memory, which can be told to refuse.
final class MemoryIdentityStore: IdentityStore, AuditSink {
    struct Content {
        var users: [UserName: User] = [:]
        var sessions: [SecretDigest: Session] = [:]
        var tokens: [String: Token] = [:]
        var audit: [IdentityAuditEntry] = []
        var appliedCount = 0
        var refusesWrites = false
    }
    private let content = Mutex(Content())

    var now: Content { content.withLock { $0 } }
    var auditActions: [IdentityAuditEntry.Action] { now.audit.map(\.action) }

    func refuseWrites(_ refuses: Bool) { content.withLock { $0.refusesWrites = refuses } }

    func load() throws(IdentityError) -> IdentitySnapshot {
        let now = now
        return IdentitySnapshot(
            users: Array(now.users.values), sessions: Array(now.sessions.values), tokens: Array(now.tokens.values))
    }

    func record(_ entry: IdentityAuditEntry) throws(IdentityError) {
        try change { $0.audit.append(entry) }
    }

    func apply(_ changes: [IdentityChange]) throws(IdentityError) {
        try change { content in
            content.appliedCount += 1
            for change in changes { content.apply(change) }
        }
    }

    private func change(_ body: (inout Content) -> Void) throws(IdentityError) {
        let isDone = content.withLock { content in
            guard !content.refusesWrites else { return false }
            body(&content)
            return true
        }
        guard isDone else { throw IdentityError(.unavailable, "the disk is full") }
    }
}

extension MemoryIdentityStore.Content {
    fileprivate mutating func apply(_ change: IdentityChange) {
        switch change {
        case .putUser(let user): users[user.name] = user
        case .removeUser(let name):
            users[name] = nil
            sessions = sessions.filter { $0.value.user != name }
        case .putSession(let session): sessions[session.digest] = session
        case .removeSessions(let digests): for digest in digests { sessions[digest] = nil }
        case .putToken(let token): tokens[token.id] = token
        case .removeToken(let id): tokens[id] = nil
        case .touchSession(let digest, let at): sessions[digest]?.lastSeenAt = at
        case .touchToken(let id, let at): tokens[id]?.lastUsedAt = at
        }
    }
}
