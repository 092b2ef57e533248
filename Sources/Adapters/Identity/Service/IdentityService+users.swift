internal import Basics
internal import Synchronization

extension IdentityService {
    package func users() -> [User] {
        state.withLock { Array($0.users.values) }.sorted { $0.name < $1.name }
    }

    /// Creates `admin` when there is nobody yet, and returns its generated password: this once.
    package func createFirstAdmin() async throws(IdentityError) -> String? {
        guard state.withLock({ $0.users.isEmpty }) else { return nil }
        let password = generatedPassword()
        try await createUser(.admin, role: .admin, password: password, by: .system)
        return password
    }

    /// For who is to get one made up; it meets the `PasswordRule`.
    package func generatedPassword() -> String { PasswordRule.generate(randomness: randomness) }

    package func createUser(
        _ name: UserName, role: Role, password: String, by actor: Principal, source: String = ""
    ) async throws(IdentityError) {
        try require(.manageUsers, of: actor)
        if let refusal = PasswordRule.refusal(password, user: name) { throw IdentityError(.invalid, refusal) }
        try await blocking { [self] () throws(IdentityError) in
            let (isTaken, count) = state.withLock { ($0.users[name] != nil, $0.users.count) }
            guard !isTaken else { throw IdentityError(.conflict, "there is a user \(name) already") }
            guard count < IdentityLimits.usersMax else {
                throw IdentityError(.limit, "there may be at most \(IdentityLimits.usersMax) users")
            }
            let now = clock.now()
            let hash = try PasswordHash(password: password, cost: settings.passwordCost, randomness: randomness)
            let user = User(name: name, role: role, password: hash, createdAt: now, passwordChangedAt: now)
            try record(.userCreated, of: name, by: actor, source: source, details: ["role": role.rawValue])
            try store.apply([.putUser(user)])
            state.withLock { $0.users[name] = user }
        }
    }

    /// Counts from the user's next request on, in sessions that are open too.
    package func setRole(
        of name: UserName, to role: Role, by actor: Principal, source: String = ""
    ) async throws(IdentityError) {
        try require(.manageUsers, of: actor)
        try await blocking { [self] () throws(IdentityError) in
            var user = try existing(name)
            if role != .admin { try refuseIfLastAdmin(user) }
            let details = ["from": user.role.rawValue, "to": role.rawValue]
            try record(.roleChanged, of: name, by: actor, source: source, details: details)
            user.role = role
            try store.apply([.putUser(user)])
            state.withLock { [user] in $0.users[name] = user }
        }
    }

    /// Ends all of the user's sessions. The current password is not asked for: `manageUsers` is needed.
    package func resetPassword(
        of name: UserName, to password: String, by actor: Principal, source: String = ""
    ) async throws(IdentityError) {
        try require(.manageUsers, of: actor)
        if let refusal = PasswordRule.refusal(password, user: name) { throw IdentityError(.invalid, refusal) }
        try await blocking { [self] () throws(IdentityError) in
            try replacePassword(of: try existing(name), with: password, by: actor, source: source)
        }
    }

    /// One's own. Ends all of the user's sessions; the caller signs in anew. Throttled like a sign-in, for a
    /// stolen session must not be a place to guess the password.
    package func changePassword(
        of principal: Principal, from current: String, to password: String, source: String
    ) async throws(IdentityError) {
        guard principal.kind == .user, let name = UserName(principal.id) else {
            throw IdentityError(.forbidden, "only a user has a password to change")
        }
        if let refusal = PasswordRule.refusal(password, user: name) { throw IdentityError(.invalid, refusal) }
        let signedIn = try await signIn(name: name.text, password: current, source: source)
        try await blocking { [self] () throws(IdentityError) in
            let user = try existing(name)
            try replacePassword(of: user, with: password, by: signedIn.principal, source: source)
        }
    }

    /// Ends the user's sessions. Tokens the user made go on.
    package func removeUser(
        _ name: UserName, by actor: Principal, source: String = ""
    ) async throws(IdentityError) {
        try require(.manageUsers, of: actor)
        try await blocking { [self] () throws(IdentityError) in
            let user = try existing(name)
            try refuseIfLastAdmin(user)
            try record(.userRemoved, of: name, by: actor, source: source, details: ["role": user.role.rawValue])
            try store.apply([.removeUser(name)])
            state.withLock { state in
                state.users[name] = nil
                state.sessions = state.sessions.filter { $0.value.user != name }
            }
        }
    }

    private func replacePassword(
        of user: User, with password: String, by actor: Principal, source: String
    ) throws(IdentityError) {
        var user = user
        user.password = try PasswordHash(password: password, cost: settings.passwordCost, randomness: randomness)
        user.passwordChangedAt = clock.now()
        let name = user.name
        let ended = state.withLock { state in state.sessions.values.filter { $0.user == name }.map(\.digest) }
        try record(.passwordChanged, of: user.name, by: actor, source: source, details: [:])
        try store.apply([.putUser(user), .removeSessions(ended)])
        state.withLock { [user] state in
            state.users[user.name] = user
            for digest in ended { state.sessions[digest] = nil }
        }
    }

    private func existing(_ name: UserName) throws(IdentityError) -> User {
        guard let user = state.withLock({ $0.users[name] }) else {
            throw IdentityError(.notFound, "there is no user \(name)")
        }
        return user
    }

    private func refuseIfLastAdmin(_ user: User) throws(IdentityError) {
        guard user.role == .admin else { return }
        let admins = state.withLock { state in state.users.values.count { $0.role == .admin } }
        if admins < 2 { throw IdentityError(.conflict, "\(user.name) is the last admin") }
    }

    private func record(
        _ action: IdentityAuditEntry.Action, of name: UserName, by actor: Principal, source: String,
        details: [String: String]
    ) throws(IdentityError) {
        try audit.record(
            IdentityAuditEntry(
                at: clock.now(), actor: actor.auditName, action: action, subject: "user:\(name)", source: source,
                details: details))
    }
}
