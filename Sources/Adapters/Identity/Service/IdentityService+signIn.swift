internal import Basics
internal import Synchronization

extension IdentityService {
    /// Checks a name and a password and begins a session. `source` is the client's address.
    ///
    /// A wrong name, a wrong password and a malformed name give the same answer after the same work.
    package func signIn(
        name: String, password: String, source: String
    ) async throws(IdentityError) -> SignedIn {
        let user = UserName(name)
        let claimed = user?.text ?? "(malformed)"
        try await admit(claimed, source: source)
        defer { state.withLock { $0.signInsWaiting -= 1 } }
        return try await blocking { [self] () throws(IdentityError) in
            guard let known = try verified(user, password: password) else {
                try audit.record(
                    IdentityAuditEntry(
                        at: clock.now(), actor: "user:\(claimed)", action: .signInFailed,
                        subject: "user:\(claimed)", source: source))
                throw IdentityError(.unauthenticated, "the name or the password is wrong")
            }
            state.withLock { $0.throttle.succeeded(name: claimed, source: source) }
            return try beginSession(of: known, password: password, source: source)
        }
    }

    /// Ends one session; unknown ones are ended already.
    package func signOut(sessionSecret: String) async throws(IdentityError) {
        let digest = SecretDigest(of: sessionSecret)
        try await blocking { [self] () throws(IdentityError) in
            guard let session = state.withLock({ $0.sessions[digest] }) else { return }
            try audit.record(
                IdentityAuditEntry(
                    at: clock.now(), actor: "user:\(session.user)", action: .signOut,
                    subject: "user:\(session.user)", source: session.source))
            try store.apply([.removeSessions([digest])])
            state.withLock { _ = $0.sessions.removeValue(forKey: digest) }
        }
    }

    func admit(_ claimed: String, source: String) async throws(IdentityError) {
        let uptime = clock.uptime()
        let decision = state.withLock { state -> SignInThrottle.Decision? in
            guard state.signInsWaiting < IdentityLimits.signInsWaitingMax else { return nil }
            let decision = state.throttle.admit(name: claimed, source: source, at: uptime)
            if decision == .admitted { state.signInsWaiting += 1 }
            return decision
        }
        guard let decision else {
            throw IdentityError(.throttled(retryAfter: .seconds(5)), "too many sign-ins at once; try again")
        }
        guard case .refused(let retryAfter, let isFirst) = decision else { return }
        if isFirst {
            try await blocking { [self] () throws(IdentityError) in
                try audit.record(
                    IdentityAuditEntry(
                        at: clock.now(), actor: "user:\(claimed)", action: .signInThrottled,
                        subject: "user:\(claimed)", source: source))
            }
        }
        throw IdentityError(.throttled(retryAfter: retryAfter), "too many failed sign-ins; try again later")
    }

    /// One scrypt whatever happens; nil when name or password are wrong.
    func verified(_ name: UserName?, password: String) throws(IdentityError) -> User? {
        let known = name.flatMap { name in state.withLock { $0.users[name] } }
        let isTooLong = password.utf8.count > PasswordRule.bytesMax
        let isRight = try (known?.password ?? decoyPassword).matches(isTooLong ? "" : password)
        return isRight && !isTooLong ? known : nil
    }

    private func beginSession(
        of user: User, password: String, source: String
    ) throws(IdentityError) -> SignedIn {
        let now = clock.now()
        let secret = TokenSecret.make(prefix: TokenSecret.sessionPrefix, randomness: randomness)
        let session = Session(
            digest: SecretDigest(of: secret), user: user.name, createdAt: now, lastSeenAt: now,
            expiresAt: now + settings.sessionAgeMax, source: source)
        var user = user
        var changes: [IdentityChange] = []
        if user.password.cost != settings.passwordCost {
            // The cost was changed since: this is the one moment the password is at hand to hash it anew.
            user.password = try PasswordHash(
                password: password, cost: settings.passwordCost, randomness: randomness)
            changes.append(.putUser(user))
        }
        let crowdedOut = sessionsToEnd(of: user.name)
        if !crowdedOut.isEmpty { changes.append(.removeSessions(crowdedOut)) }
        changes.append(.putSession(session))
        try audit.record(
            IdentityAuditEntry(
                at: now, actor: "user:\(user.name)", action: .signIn, subject: "user:\(user.name)",
                source: source))
        try store.apply(changes)
        state.withLock { state in
            state.users[user.name] = user
            for digest in crowdedOut { state.sessions[digest] = nil }
            state.sessions[session.digest] = session
        }
        return SignedIn(
            secret: secret, csrfToken: CSRFToken.make(sessionSecret: secret), principal: user.principal,
            expiresAt: session.expiresAt)
    }

    /// The longest unused ones that must go so that one more fits.
    private func sessionsToEnd(of user: UserName) -> [SecretDigest] {
        let own = state.withLock { state in state.sessions.values.filter { $0.user == user } }
        let surplus = own.count + 1 - IdentityLimits.sessionsPerUserMax
        guard surplus > 0 else { return [] }
        return own.sorted { $0.lastSeenAt < $1.lastSeenAt }.prefix(surplus).map(\.digest)
    }
}
