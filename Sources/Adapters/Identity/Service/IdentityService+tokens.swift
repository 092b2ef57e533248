package import Basics
package import SignalModel
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
            let secret: String
            if case .events = kind {
                secret = TokenSecret.makeEventsKey(randomness: randomness)
            } else {
                secret = TokenSecret.make(prefix: kind.prefix, randomness: randomness)
            }
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

    /// The limits of an ingest token from its return on.
    package func limitToken(
        id: String, to limits: IngestLimits, by actor: Principal, source: String = ""
    ) async throws(IdentityError) {
        try require(.manageTokens, of: actor)
        if let refusal = limits.refusal { throw IdentityError(.invalid, refusal) }
        try await blocking { [self] () throws(IdentityError) in
            guard var token = state.withLock({ $0.tokens.values.first { $0.id == id } }) else {
                throw IdentityError(.notFound, "there is no token with this id")
            }
            guard case .ingest(let labels, _) = token.kind else {
                throw IdentityError(.invalid, "only an ingest token has limits")
            }
            token.kind = .ingest(forcedLabels: labels, limits: limits)
            try audit.record(
                IdentityAuditEntry(
                    at: clock.now(), actor: actor.auditName, action: .tokenLimited, subject: "token:\(id)",
                    source: source, details: token.auditDetails))
            try store.apply([.putToken(token)])
            state.withLock { $0.tokens[token.digest]?.kind = token.kind }
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
        let refusal: String? =
            switch kind {
            case .ingest(let labels, let limits): ForcedLabels.refusal(labels) ?? limits.refusal
            case .events(let labels), .browser(let labels): ForcedLabels.refusal(labels)
            case .api: nil
            }
        if let refusal { throw IdentityError(.invalid, refusal) }
    }
}

extension Token {
    var auditDetails: [String: String] {
        var details = ["name": name]
        switch kind {
        case .ingest(let labels, let limits):
            details["kind"] = "ingest"
            details["labels"] = labels.description
            for (name, path) in IngestLimits.fields { details[name] = limits[keyPath: path].map(String.init) }
        case .events(let labels):
            details["kind"] = "events"
            details["labels"] = labels.description
        case .browser(let labels):
            details["kind"] = "browser"
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
        for (name, path) in Self.fields {
            if let value = self[keyPath: path], value < 1 { return "\(name) must be at least 1, not \(value)" }
        }
        return nil
    }
}
