import Basics
import Identity
import TestKit
import Testing

@Suite struct SignInTests {
    @Test("the right password begins a session that proves the user")
    func right() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        let signedIn = try await fixture.service.signIn(
            name: "Ann", password: IdentityFixture.password, source: "10.0.0.1")
        #expect(signedIn.secret.hasPrefix("sbx_session_"))
        #expect(signedIn.secret.count == "sbx_session_".count + 52)
        #expect(CSRFToken.isValid(signedIn.csrfToken, sessionSecret: signedIn.secret))
        let principal = try fixture.service.principal(for: .session(signedIn.secret))
        #expect(principal.id == "ann")
        #expect(principal.may(.respond))
        #expect(fixture.store.auditActions == [.userCreated, .signIn])
        #expect(fixture.store.now.audit.last?.source == "10.0.0.1")
    }

    @Test(
        "a wrong name and a wrong password are one and the same answer",
        arguments: [
            ("ann", "wrong password"), ("bob", IdentityFixture.password), ("", ""), ("Ä n n", "x"), ("ann", ""),
        ])
    func wrong(name: String, password: String) async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        await #expect(throws: IdentityError(.unauthenticated, "the name or the password is wrong")) {
            try await fixture.service.signIn(name: name, password: password, source: "s")
        }
        #expect(fixture.store.auditActions.last == .signInFailed)
    }

    @Test("a password longer than the limit fails even when its hash would match that of nothing")
    func tooLong() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        let long = String(repeating: "x", count: 5000)
        #expect(
            await code { _ = try await fixture.service.signIn(name: "ann", password: long, source: "s") }
                == .unauthenticated)
    }

    @Test("nothing secret is in the store or the audit trail")
    func nothingSecretStored() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        let signedIn = try await fixture.signInAnn()
        let made = try await fixture.service.createToken(name: "ci", kind: .api(role: .viewer), by: .system)
        let everything = String(reflecting: fixture.store.now)
        for secret in [IdentityFixture.password, signedIn.secret, signedIn.csrfToken, made.secret] {
            #expect(!everything.contains(secret))
        }
    }

    @Test("a session ends by idling, by age, by sign-out, and use keeps it only from idling")
    func sessionEnds() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        let idle = try await fixture.signInAnn()
        fixture.clock.advance(by: .seconds(3 * 86_400))
        #expect(await code { _ = try fixture.service.principal(for: .session(idle.secret)) } == .unauthenticated)

        let used = try await fixture.signInAnn()
        for _ in 0..<13 {
            fixture.clock.advance(by: .seconds(86_400))
            _ = try fixture.service.principal(for: .session(used.secret))
        }
        fixture.clock.advance(by: .seconds(86_400))
        #expect(await code { _ = try fixture.service.principal(for: .session(used.secret)) } == .unauthenticated)

        let left = try await fixture.signInAnn()
        try await fixture.service.signOut(sessionSecret: left.secret)
        #expect(await code { _ = try fixture.service.principal(for: .session(left.secret)) } == .unauthenticated)
        try await fixture.service.signOut(sessionSecret: left.secret)
    }

    @Test("dead sessions leave the store")
    func deadSessionsDropped() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        _ = try await fixture.signInAnn()
        fixture.clock.advance(by: .seconds(15 * 86_400))
        let live = try await fixture.signInAnn()
        try await fixture.service.dropDeadSessions()
        #expect(fixture.store.now.sessions.keys.map(\.self) == [SecretDigest(of: live.secret)])
    }

    @Test("sessions and times of use survive a restart")
    func restart() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        let signedIn = try await fixture.signInAnn()
        fixture.clock.advance(by: .seconds(600))
        _ = try fixture.service.principal(for: .session(signedIn.secret))
        await fixture.service.shutdown()
        let restarted = try fixture.restarted()
        #expect(try restarted.principal(for: .session(signedIn.secret)).id == "ann")
        #expect(restarted.sessions(of: IdentityFixture.ann).map(\.lastSeenAt) == [fixture.clock.now()])
    }

    @Test("one more session than allowed ends the one longest unused")
    func crowdedOut() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        var secrets: [String] = []
        for _ in 0...IdentityLimits.sessionsPerUserMax {
            fixture.clock.advance(by: .seconds(1))
            secrets.append(try await fixture.signInAnn().secret)
        }
        #expect(await code { _ = try fixture.service.principal(for: .session(secrets[0])) } == .unauthenticated)
        _ = try fixture.service.principal(for: .session(secrets[1]))
        #expect(fixture.store.now.sessions.count == IdentityLimits.sessionsPerUserMax)
    }

    @Test("a raised cost is taken over at the next sign-in")
    func costRaised() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        let raised = try #require(ScryptCost(roundsLog2: 5, blockSize: 1, parallelism: 2))
        let restarted = try fixture.restarted(settings: IdentitySettings(passwordCost: raised))
        for _ in 0..<2 {
            _ = try await restarted.signIn(name: "ann", password: IdentityFixture.password, source: "s")
            #expect(fixture.store.now.users[IdentityFixture.ann]?.password.cost == raised)
        }
    }

    @Test("a store that refuses writes refuses sign-ins and lets open sessions go on")
    func fullDisk() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        let open = try await fixture.signInAnn()
        fixture.store.refuseWrites(true)
        #expect(await code { _ = try await fixture.signInAnn() } == .unavailable)
        _ = try fixture.service.principal(for: .session(open.secret))
        fixture.store.refuseWrites(false)
        _ = try await fixture.signInAnn()
    }
}
