internal import Basics
internal import Synchronization

extension IdentityService {
    /// Proves a credential. The hot path of ingest: no disk, no scrypt, one lock held for one look-up.
    package func principal(for credential: Credential) throws(IdentityError) -> Principal {
        let now = clock.now()
        switch credential {
        case .token(let secret):
            guard let token = liveToken(secret, at: now) else { throw Self.unauthenticated }
            return token.principal
        case .session(let secret):
            guard let user = liveUser(secret, at: now) else { throw Self.unauthenticated }
            return user.principal
        }
    }

    /// The user's live sessions, latest first.
    package func sessions(of user: UserName) -> [Session] {
        let now = clock.now()
        return state.withLock { state in
            state.sessions.values.filter { $0.user == user && $0.isLive(at: now, idleMax: settings.sessionIdleMax) }
        }
        .sorted { $0.lastSeenAt > $1.lastSeenAt }
    }

    private static var unauthenticated: IdentityError {
        IdentityError(.unauthenticated, "a valid session or token is needed")
    }

    private func liveToken(_ secret: String, at now: Timestamp) -> Token? {
        guard secret.utf8.count <= Credential.charactersMax else { return nil }
        let digest = SecretDigest(of: secret)
        return state.withLock { state in
            // The kind's prefix is part of the hashed text, so a digest that is found has the right one.
            guard let token = state.tokens[digest], !token.isExpired(at: now) else { return nil }
            if token.lastUsedAt.map({ now - $0 >= IdentityLimits.usageResolution }) ?? true {
                state.tokens[digest]?.lastUsedAt = now
                state.touchedTokens.insert(digest)
            }
            return token
        }
    }

    private func liveUser(_ secret: String, at now: Timestamp) -> User? {
        guard secret.utf8.count <= Credential.charactersMax else { return nil }
        let digest = SecretDigest(of: secret)
        return state.withLock { state in
            guard let session = state.sessions[digest], session.isLive(at: now, idleMax: settings.sessionIdleMax)
            else { return nil }
            if now - session.lastSeenAt >= IdentityLimits.usageResolution {
                state.sessions[digest]?.lastSeenAt = now
                state.touchedSessions.insert(digest)
            }
            return state.users[session.user]
        }
    }
}
