package import Basics
internal import SignalModel
internal import Synchronization

extension IdentityService {
    /// Live and expired tokens, oldest first. Secrets are not among what is kept.
    package func tokens() -> [Token] {
        state.withLock { Array($0.tokens.values) }.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    package func createToken(
        name: String, kind: Token.Kind, expiresAt: Timestamp? = nil, by actor: Principal, source: String = ""
    ) async throws(IdentityError) -> NewToken {
        try require(.manageTokens, of: actor)
        let now = clock.now()
        try validate(name: name, kind: kind, expiresAt: expiresAt, at: now)
        return try await blocking { [self] () throws(IdentityError) in
            guard state.withLock({ $0.tokens.count }) < IdentityLimits.tokensMax else {
                throw IdentityError(.limit, "there may be at most \(IdentityLimits.tokensMax) tokens")
            }
            let secret = TokenSecret.make(prefix: kind.prefix, randomness: randomness)
            let token = Token(
                id: TokenSecret.makeID(randomness: randomness), name: name, kind: kind,
                digest: SecretDigest(of: secret), createdAt: now, createdBy: actor.auditName, expiresAt: expiresAt)
            try audit.record(
                IdentityAuditEntry(
                    at: now, actor: actor.auditName, action: .tokenCreated, subject: "token:\(token.id)",
                    source: source, details: token.auditDetails))
            try store.apply([.putToken(token)])
            state.withLock { $0.tokens[token.digest] = token }
            return NewToken(token: token, secret: secret)
        }
    }

    /// From its return on the token is refused.
    package func revokeToken(id: String, by actor: Principal, source: String = "") async throws(IdentityError) {
        try require(.manageTokens, of: actor)
        try await blocking { [self] () throws(IdentityError) in
            guard let token = state.withLock({ $0.tokens.values.first { $0.id == id } }) else {
                throw IdentityError(.notFound, "there is no token with this id")
            }
            try audit.record(
                IdentityAuditEntry(
                    at: clock.now(), actor: actor.auditName, action: .tokenRevoked, subject: "token:\(id)",
                    source: source, details: token.auditDetails))
            try store.apply([.removeToken(id: id)])
            state.withLock { state in
                state.tokens[token.digest] = nil
                state.touchedTokens.remove(token.digest)
            }
        }
    }

    private func validate(
        name: String, kind: Token.Kind, expiresAt: Timestamp?, at now: Timestamp
    ) throws(IdentityError) {
        guard !name.isEmpty, name.utf8.count <= IdentityLimits.tokenNameBytesMax,
            name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            let bytesMax = IdentityLimits.tokenNameBytesMax
            throw IdentityError(
                .invalid, "a token's name needs 1 to \(bytesMax) bytes without control characters")
        }
        if let expiresAt, expiresAt <= now {
            throw IdentityError(.invalid, "a token must expire in the future")
        }
        if case .ingest(let labels, let limits) = kind {
            if let refusal = ForcedLabels.refusal(labels) ?? limits.refusal {
                throw IdentityError(.invalid, refusal)
            }
        }
    }
}

extension Token {
    var auditDetails: [String: String] {
        var details = ["name": name]
        switch kind {
        case .ingest(let labels, _):
            details["kind"] = "ingest"
            details["labels"] = labels.description
        case .api(let role):
            details["kind"] = "api"
            details["role"] = role.rawValue
        }
        if let expiresAt { details["expires"] = RFC3339.format(expiresAt) }
        return details
    }
}

extension IngestLimits {
    var refusal: String? {
        if let samplesPerSecond, samplesPerSecond < 1 { return "samplesPerSecond must be at least 1" }
        if let activeSeriesMax, activeSeriesMax < 1 { return "activeSeriesMax must be at least 1" }
        return nil
    }
}
