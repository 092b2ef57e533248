import Basics
import Identity
import SignalModel
import TestKit
import Testing

@Suite struct TokenTests {
    private static let europe = Labels([(name: "cluster", value: "eu-1"), (name: "environment", value: "production")])

    @Test("an ingest token proves where telemetry is from")
    func ingest() async throws {
        let fixture = try IdentityFixture()
        let limits = IngestLimits(samplesPerSecond: 1000, activeSeriesMax: nil)
        let made = try await fixture.service.createToken(
            name: "eu-1", kind: .ingest(forcedLabels: Self.europe, limits: limits), by: .system)
        #expect(made.secret.hasPrefix("sbx_ingest_"))
        let principal = try fixture.service.principal(for: .token(made.secret))
        #expect(principal.kind == .ingestToken)
        #expect(principal.forcedLabels == Self.europe)
        #expect(principal.limits == limits)
        #expect(principal.may(.ingest) && !principal.may(.queryTelemetry))
    }

    @Test("an events token looks like a routing key and only sends events")
    func events() async throws {
        let fixture = try IdentityFixture()
        let made = try await fixture.service.createToken(
            name: "pagers", kind: .events(forcedLabels: Self.europe), by: .system)
        #expect(made.secret.utf8.count == 32)
        #expect(made.secret.hasPrefix("sbxe"))
        #expect(made.secret.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber) })
        let principal = try fixture.service.principal(for: .token(made.secret))
        #expect(principal.forcedLabels == Self.europe)
        #expect(Permission.allCases.filter(principal.may) == [.sendEvents])
    }

    @Test("an API token acts with its role until it expires")
    func api() async throws {
        let fixture = try IdentityFixture()
        let made = try await fixture.service.createToken(
            name: "ci", kind: .api(role: .viewer), expiresAt: fixture.clock.now() + .seconds(60), by: .system)
        #expect(made.secret.hasPrefix("sbx_api_"))
        #expect(try fixture.service.principal(for: .token(made.secret)).role == .viewer)
        fixture.clock.advance(by: .seconds(60))
        #expect(await code { _ = try fixture.service.principal(for: .token(made.secret)) } == .unauthenticated)
    }

    @Test("a revoked token is refused at once and after a restart")
    func revoked() async throws {
        let fixture = try IdentityFixture()
        let made = try await fixture.service.createToken(name: "ci", kind: .api(role: .admin), by: .system)
        _ = try fixture.service.principal(for: .token(made.secret))
        try await fixture.service.revokeToken(id: made.token.id, by: .system)
        #expect(await code { _ = try fixture.service.principal(for: .token(made.secret)) } == .unauthenticated)
        try await fixture.service.flushUsage()
        let restarted = try fixture.restarted()
        #expect(await code { _ = try restarted.principal(for: .token(made.secret)) } == .unauthenticated)
        #expect(await code { try await fixture.service.revokeToken(id: made.token.id, by: .system) } == .notFound)
        #expect(fixture.store.auditActions == [.tokenCreated, .tokenRevoked])
    }

    @Test(
        "what is not the whole secret proves nothing",
        arguments: ["", "sbx_ingest_", "sbx_api_aaaa", String(repeating: "a", count: 100_000)])
    func unknown(secret: String) async throws {
        let fixture = try IdentityFixture()
        _ = try await fixture.service.createToken(name: "ci", kind: .api(role: .admin), by: .system)
        #expect(await code { _ = try fixture.service.principal(for: .token(secret)) } == .unauthenticated)
        #expect(await code { _ = try fixture.service.principal(for: .session(secret)) } == .unauthenticated)
    }

    @Test("a session is no token and a token no session")
    func notInterchangeable() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        let session = try await fixture.signInAnn().secret
        let token = try await fixture.service.createToken(name: "ci", kind: .api(role: .admin), by: .system).secret
        #expect(await code { _ = try fixture.service.principal(for: .token(session)) } == .unauthenticated)
        #expect(await code { _ = try fixture.service.principal(for: .session(token)) } == .unauthenticated)
    }

    @Test("a busy token costs one write in five minutes")
    func coarseUse() async throws {
        let fixture = try IdentityFixture()
        let made = try await fixture.service.createToken(name: "ci", kind: .api(role: .viewer), by: .system)
        let before = fixture.store.now.appliedCount
        for _ in 0..<600 {
            _ = try fixture.service.principal(for: .token(made.secret))
            fixture.clock.advance(by: .seconds(1))
            try await fixture.service.flushUsage()
        }
        #expect(fixture.store.now.appliedCount - before == 2)
        #expect(fixture.service.tokens().first?.lastUsedAt != nil)
    }

    @Test("times of use that could not be written are written later")
    func useWrittenLater() async throws {
        let fixture = try IdentityFixture()
        let made = try await fixture.service.createToken(name: "ci", kind: .api(role: .viewer), by: .system)
        _ = try fixture.service.principal(for: .token(made.secret))
        fixture.store.refuseWrites(true)
        #expect(await code { try await fixture.service.flushUsage() } == .unavailable)
        fixture.store.refuseWrites(false)
        try await fixture.service.flushUsage()
        #expect(fixture.store.now.tokens[made.token.id]?.lastUsedAt == fixture.clock.now())
    }

    private static let badLabels: [Labels] = [
        Labels([(name: "__name__", value: "x")]), Labels([(name: "1cluster", value: "x")]),
        Labels([(name: "cluster", value: String(repeating: "x", count: 257))]),
        Labels((0..<17).map { (name: "label\($0)", value: "x") }),
    ]

    @Test("labels that cannot be forced are refused with their name", arguments: badLabels)
    func badForcedLabels(labels: Labels) async throws {
        let fixture = try IdentityFixture()
        let kind = Token.Kind.ingest(forcedLabels: labels, limits: IngestLimits())
        #expect(
            await code { _ = try await fixture.service.createToken(name: "x", kind: kind, by: .system) } == .invalid)
        #expect(fixture.store.now.tokens.isEmpty)
    }

    @Test("names, expiries and limits that make no sense are refused")
    func badTokens() async throws {
        let fixture = try IdentityFixture()
        let service = fixture.service
        let past = fixture.clock.now()
        let noSamples = Token.Kind.ingest(forcedLabels: .empty, limits: IngestLimits(samplesPerSecond: 0))
        for name in ["", "a\nb", String(repeating: "n", count: 129)] {
            #expect(
                await code { _ = try await service.createToken(name: name, kind: .api(role: .viewer), by: .system) }
                    == .invalid)
        }
        #expect(
            await code {
                _ = try await service.createToken(
                    name: "x", kind: .api(role: .viewer), expiresAt: past, by: .system)
            } == .invalid)
        #expect(await code { _ = try await service.createToken(name: "x", kind: noSamples, by: .system) } == .invalid)
    }

    @Test("only an admin makes and revokes tokens", arguments: Role.allCases)
    func authorised(role: Role) async throws {
        let fixture = try IdentityFixture()
        let actor = Principal(kind: .user, id: "ann", name: "ann", role: role)
        let expected: IdentityError.Code? = role == .admin ? nil : .forbidden
        #expect(
            await code { _ = try await fixture.service.createToken(name: "x", kind: .api(role: .admin), by: actor) }
                == expected)
        let revoked = await code { try await fixture.service.revokeToken(id: "0", by: actor) }
        #expect(revoked == (role == .admin ? .notFound : .forbidden))
    }

    @Test("a token whose audit entry cannot be written is not made")
    func noAuditNoToken() async throws {
        let fixture = try IdentityFixture()
        fixture.store.refuseWrites(true)
        #expect(
            await code { _ = try await fixture.service.createToken(name: "x", kind: .api(role: .admin), by: .system) }
                == .unavailable)
        #expect(fixture.service.tokens().isEmpty)
    }
}
