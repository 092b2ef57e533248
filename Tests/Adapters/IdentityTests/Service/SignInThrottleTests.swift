import Basics
import Identity
import TestKit
import Testing

@Suite struct SignInThrottleTests {
    private func fail(_ fixture: IdentityFixture, name: String = "ann", source: String) async -> IdentityError.Code? {
        await code { _ = try await fixture.service.signIn(name: name, password: "wrong password", source: source) }
    }

    @Test(
        "after five wrong passwords the wait doubles, for known and unknown names alike",
        arguments: ["ann", "nobody"])
    func backOff(name: String) async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        for _ in 0..<5 { #expect(await fail(fixture, name: name, source: "a") == .unauthenticated) }
        for wait in [1, 2, 4, 8] {
            #expect(await fail(fixture, name: name, source: "a") == .throttled(retryAfter: .seconds(wait)))
            fixture.clock.advance(by: .seconds(wait))
            #expect(await fail(fixture, name: name, source: "a") == .unauthenticated)
        }
        #expect(fixture.store.auditActions.filter { $0 == .signInThrottled }.count == 4)
    }

    @Test("the right password is refused while the wait lasts, and a success forgives")
    func forgiven() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        for _ in 0..<5 { _ = await fail(fixture, source: "a") }
        #expect(await code { _ = try await fixture.signInAnn(source: "a") } == .throttled(retryAfter: .seconds(1)))
        fixture.clock.advance(by: .seconds(1))
        _ = try await fixture.signInAnn(source: "a")
        for _ in 0..<5 { #expect(await fail(fixture, source: "a") == .unauthenticated) }
    }

    @Test("a stranger's guessing does not lock the user out elsewhere")
    func noLockOut() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        for _ in 0..<10 {
            _ = await fail(fixture, source: "stranger")
            fixture.clock.advance(by: .seconds(60))
        }
        _ = try await fixture.signInAnn(source: "home")
    }

    @Test("many sources guessing one name are slowed to a try in ten seconds")
    func distributed() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        var checked = 0
        for source in 0..<600 {
            if await fail(fixture, source: "source \(source)") == .unauthenticated { checked += 1 }
            fixture.clock.advance(by: .seconds(1))
        }
        #expect((70...100).contains(checked), "\(checked)")
    }

    @Test("all names together are bounded: sixty at once, then two a second")
    func everybody() async throws {
        let fixture = try IdentityFixture()
        var checked = 0
        for name in 0..<200 {
            if await fail(fixture, name: "user\(name)", source: "s\(name)") == .unauthenticated { checked += 1 }
        }
        #expect(checked == 60)
        #expect(fixture.store.auditActions.filter { $0 == .signInThrottled }.count == 1)
        fixture.clock.advance(by: .seconds(1))
        for name in 0..<10 {
            if await fail(fixture, name: "other\(name)", source: "s") == .unauthenticated { checked += 1 }
        }
        #expect(checked == 62)
    }

    @Test("setting the clock does not open the gate")
    func clockJump() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        for _ in 0..<5 { _ = await fail(fixture, source: "a") }
        fixture.clock.jump(to: fixture.clock.now() + .seconds(86_400))
        #expect(await fail(fixture, source: "a") == .throttled(retryAfter: .seconds(1)))
    }

    @Test("guesses made in parallel count like guesses in a row")
    func parallel() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        let checked = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 { group.addTask { await fail(fixture, source: "a") == .unauthenticated } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(checked == 5)
    }
}
