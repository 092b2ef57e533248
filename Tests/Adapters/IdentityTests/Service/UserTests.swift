import Basics
import Identity
import TestKit
import Testing

@Suite struct UserTests {
    @Test("the first start makes an admin whose password works, and only the first")
    func firstAdmin() async throws {
        let fixture = try IdentityFixture()
        let password = try #require(try await fixture.service.createFirstAdmin())
        let signedIn = try await fixture.service.signIn(name: "admin", password: password, source: "s")
        #expect(signedIn.principal.role == .admin)
        #expect(try await fixture.service.createFirstAdmin() == nil)
        #expect(try await fixture.restarted().createFirstAdmin() == nil)
    }

    @Test("a changed role counts in open sessions from the next request on")
    func roleChange() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn(role: .responder)
        let session = try await fixture.signInAnn()
        try await fixture.service.setRole(of: IdentityFixture.ann, to: .viewer, by: .system)
        #expect(try fixture.service.principal(for: .session(session.secret)).may(.respond) == false)
        #expect(fixture.store.now.audit.last?.details == ["from": "responder", "to": "viewer"])
    }

    @Test("a new password ends all sessions, and the old one is refused")
    func passwordReset() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        let session = try await fixture.signInAnn()
        try await fixture.service.resetPassword(of: IdentityFixture.ann, to: "another horse", by: .system)
        #expect(await code { _ = try fixture.service.principal(for: .session(session.secret)) } == .unauthenticated)
        #expect(await code { _ = try await fixture.signInAnn() } == .unauthenticated)
        _ = try await fixture.service.signIn(name: "ann", password: "another horse", source: "s")
    }

    @Test("one changes one's own password only with the current one")
    func ownPassword() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn(role: .viewer)
        let principal = try await fixture.signInAnn().principal
        let service = fixture.service
        #expect(
            await code {
                try await service.changePassword(
                    of: principal, from: "wrong password", to: "another horse", source: "s")
            } == .unauthenticated)
        try await service.changePassword(
            of: principal, from: IdentityFixture.password, to: "another horse", source: "s")
        #expect(service.sessions(of: IdentityFixture.ann).isEmpty)
        _ = try await service.signIn(name: "ann", password: "another horse", source: "s")
    }

    @Test("a removed user is out at once; the name is free again")
    func removed() async throws {
        let fixture = try IdentityFixture()
        _ = try await fixture.service.createFirstAdmin()
        try await fixture.addAnn()
        let session = try await fixture.signInAnn()
        try await fixture.service.removeUser(IdentityFixture.ann, by: .system)
        #expect(await code { _ = try fixture.service.principal(for: .session(session.secret)) } == .unauthenticated)
        #expect(fixture.store.now.sessions.isEmpty)
        try await fixture.addAnn()
    }

    @Test("the last admin can be neither removed nor demoted")
    func lastAdmin() async throws {
        let fixture = try IdentityFixture()
        _ = try await fixture.service.createFirstAdmin()
        let service = fixture.service
        #expect(await code { try await service.removeUser(.admin, by: .system) } == .conflict)
        #expect(await code { try await service.setRole(of: .admin, to: .viewer, by: .system) } == .conflict)
        try await fixture.addAnn(role: .admin)
        try await service.removeUser(.admin, by: .system)
    }

    @Test("a name that is taken, unknown, or a weak password is refused by its own code")
    func refused() async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        let service = fixture.service
        #expect(await code { try await fixture.addAnn() } == .conflict)
        let bob = try #require(UserName("bob"))
        #expect(
            await code { try await service.createUser(bob, role: .viewer, password: "short", by: .system) }
                == .invalid)
        #expect(await code { try await service.removeUser(bob, by: .system) } == .notFound)
        #expect(
            await code { try await service.resetPassword(of: IdentityFixture.ann, to: "ann", by: .system) }
                == .invalid)
    }

    @Test("only an admin manages users", arguments: [Role.viewer, .editor, .responder])
    func authorised(role: Role) async throws {
        let fixture = try IdentityFixture()
        try await fixture.addAnn()
        let actor = Principal(kind: .apiToken, id: "1", name: "ci", role: role)
        let service = fixture.service
        let bob = try #require(UserName("bob"))
        let password = IdentityFixture.password
        #expect(
            await code { try await service.createUser(bob, role: .admin, password: password, by: actor) }
                == .forbidden)
        #expect(
            await code { try await service.setRole(of: IdentityFixture.ann, to: .admin, by: actor) } == .forbidden)
        #expect(
            await code { try await service.resetPassword(of: IdentityFixture.ann, to: password, by: actor) }
                == .forbidden)
        #expect(await code { try await service.removeUser(IdentityFixture.ann, by: actor) } == .forbidden)
    }

    @Test("two creations of one name at once make one user")
    func concurrentCreation() async throws {
        let fixture = try IdentityFixture()
        let made = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { await code { try await fixture.addAnn() } == nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
    }
}
