import Basics
import Identity
import TestKit
import Testing

@Suite("A name and a password in every request")
struct PasswordInRequestTests {
    private func principal(_ fixture: IdentityFixture, _ password: String) async throws -> Principal {
        try await fixture.service.principal(name: "ann", password: password, source: "10.0.0.1")
    }

    @Test("are checked once in a while, and written down once")
    func once() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await principal(fixture, IdentityFixture.password).id } }
            for try await id in group { #expect(id == "ann") }
        }
        #expect(fixture.store.auditActions == [.userCreated, .signIn])
        fixture.clock.advance(by: .seconds(301))
        _ = try await principal(fixture, IdentityFixture.password)
        #expect(fixture.store.auditActions == [.userCreated, .signIn, .signIn])
    }

    @Test("are refused when wrong, and after some tries unlooked at")
    func wrong() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        for number in 0..<5 {
            #expect(await code { _ = try await principal(fixture, "wrong \(number)") } == .unauthenticated)
        }
        let refused = await code { _ = try await principal(fixture, "wrong again") }
        guard case .throttled? = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
    }

    @Test("are refused to all who wait as to the one who was looked at")
    func waiters() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        for number in 0..<5 { _ = await code { _ = try await principal(fixture, "wrong \(number)") } }
        await withTaskGroup(of: IdentityError.Code?.self) { group in
            for _ in 0..<20 {
                group.addTask { await code { _ = try await principal(fixture, IdentityFixture.password) } }
            }
            for await refused in group { #expect(refused == .throttled(retryAfter: .seconds(1))) }
        }
    }

    @Test(
        "are no secrets of tokens",
        arguments: [("sbx_api_x", true), ("sbxe1", true), ("sbx", false), ("x sbx_", false)])
    func secrets(text: String, isLike: Bool) { #expect(Token.isLikeSecret(text) == isLike) }

    @Test("count no longer once the password is changed, or the user is gone")
    func changed() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        _ = try await principal(fixture, IdentityFixture.password)
        try await fixture.service.resetPassword(
            of: IdentityFixture.ann, to: "another long password", by: .system)
        #expect(await code { _ = try await principal(fixture, IdentityFixture.password) } == .unauthenticated)
        #expect(try await principal(fixture, "another long password").id == "ann")
        try await fixture.service.removeUser(IdentityFixture.ann, by: .system)
        #expect(await code { _ = try await principal(fixture, "another long password") } == .unauthenticated)
    }
}
