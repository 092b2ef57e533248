import Basics
import GRDB
import Glibc
import Identity
import SignalModel
import StateStore
import TestKit
import Testing

@Suite struct IdentityStoreTests {
    private static let password = "correct horse battery"
    private static let cheap = ScryptCost(roundsLog2: 4, blockSize: 1, parallelism: 1)!
    private static let ann = UserName("ann")!

    private let directory = TemporaryDirectory()
    private let clock = VirtualClock()

    private func service(_ database: StateDatabase) throws -> IdentityService {
        try IdentityService(
            store: SQLiteIdentityStore(database), audit: SQLiteIdentityAudit(database), clock: clock,
            randomness: SeededRandomness(seed: 11), settings: IdentitySettings(passwordCost: Self.cheap))
    }

    @Test("users, sessions and tokens come back as they were after a restart")
    func restart() async throws {
        let database = try StateDatabase(path: directory.database)
        let before = try service(database)
        try await before.createUser(Self.ann, role: .responder, password: Self.password, by: .system)
        let session = try await before.signIn(name: "ann", password: Self.password, source: "10.0.0.1")
        let labels = Labels([(name: "cluster", value: "eu \"1\" ä"), (name: "environment", value: "production")])
        let ingest = try await before.createToken(
            name: "eu-1", kind: .ingest(forcedLabels: labels, limits: IngestLimits(samplesPerSecond: 5)), by: .system)
        let api = try await before.createToken(
            name: "ci", kind: .api(role: .viewer), expiresAt: clock.now() + .seconds(3600), by: .system)
        clock.advance(by: .seconds(400))
        _ = try before.principal(for: .token(api.secret))
        _ = try before.principal(for: .session(session.secret))
        await before.shutdown()
        try database.close()

        let reopened = try StateDatabase(path: directory.database)
        let after = try service(reopened)
        #expect(after.users() == before.users())
        #expect(after.tokens() == before.tokens())
        #expect(after.sessions(of: Self.ann) == before.sessions(of: Self.ann))
        #expect(try after.principal(for: .token(ingest.secret)).forcedLabels == labels)
        #expect(try after.principal(for: .session(session.secret)).id == "ann")
        #expect(after.tokens().first { $0.name == "ci" }?.lastUsedAt == clock.now())
        _ = try await after.signIn(name: "ann", password: Self.password, source: "s")
    }

    @Test("a changed user keeps the sessions, a removed one loses them")
    func sessionsFollowUsers() async throws {
        let database = try StateDatabase(path: directory.database)
        let identity = try service(database)
        _ = try await identity.createFirstAdmin()
        try await identity.createUser(Self.ann, role: .responder, password: Self.password, by: .system)
        let session = try await identity.signIn(name: "ann", password: Self.password, source: "s")
        try await identity.setRole(of: Self.ann, to: .viewer, by: .system)
        #expect(try service(database).principal(for: .session(session.secret)).role == .viewer)
        try await identity.removeUser(Self.ann, by: .system)
        #expect(try SQLiteIdentityStore(database).load().sessions.isEmpty)
    }

    @Test("what is revoked and signed out stays so after a restart")
    func revoked() async throws {
        let database = try StateDatabase(path: directory.database)
        let identity = try service(database)
        try await identity.createUser(Self.ann, role: .responder, password: Self.password, by: .system)
        let session = try await identity.signIn(name: "ann", password: Self.password, source: "s")
        let token = try await identity.createToken(name: "ci", kind: .api(role: .viewer), by: .system)
        try await identity.signOut(sessionSecret: session.secret)
        try await identity.revokeToken(id: token.token.id, by: .system)
        let snapshot = try SQLiteIdentityStore(database).load()
        #expect(snapshot.sessions.isEmpty && snapshot.tokens.isEmpty)
    }

    @Test("the audit trail tells in order who did what, and no secret is in the file")
    func audit() async throws {
        let database = try StateDatabase(path: directory.database)
        let identity = try service(database)
        try await identity.createUser(Self.ann, role: .admin, password: Self.password, by: .system)
        _ = try? await identity.signIn(name: "ann", password: "a wrong password", source: "10.0.0.9")
        let session = try await identity.signIn(name: "ann", password: Self.password, source: "10.0.0.1")
        let token = try await identity.createToken(name: "ci", kind: .api(role: .viewer), by: session.principal)
        try await identity.revokeToken(id: token.token.id, by: session.principal, source: "10.0.0.1")
        let entries = try SQLiteIdentityAudit(database).latest(limit: 10)
        #expect(
            entries.map(\.action) == [.tokenRevoked, .tokenCreated, .signIn, .signInFailed, .userCreated])
        #expect(entries[0].actor == "user:ann")
        #expect(entries[0].subject == "token:\(token.token.id)")
        #expect(entries[0].details == ["kind": "api", "name": "ci", "role": "viewer"])
        #expect(entries[3].source == "10.0.0.9")
        #expect(try SQLiteIdentityAudit(database).latest(limit: 2).count == 2)

        var bytes: [UInt8] = []
        for suffix in ["", "-wal"] { bytes += contents(of: directory.database + suffix) }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("user:ann"))
        for secret in [Self.password, session.secret, token.secret, "a wrong password"] {
            #expect(!text.contains(secret))
        }
    }

    @Test("only the server's user can read the file and its companions")
    func mode() throws {
        let database = try StateDatabase(path: directory.database)
        for suffix in ["", "-wal", "-shm"] {
            var status = stat()
            #expect(stat(directory.database + suffix, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600, "\(suffix)")
        }
        try database.close()
    }

    @Test("changes are all or nothing")
    func atomic() throws {
        let store = SQLiteIdentityStore(try StateDatabase(path: directory.database))
        let hash = try PasswordHash(
            password: Self.password, cost: Self.cheap, randomness: SeededRandomness(seed: 1))
        let user = User(
            name: Self.ann, role: .viewer, password: hash, createdAt: clock.now(), passwordChangedAt: clock.now())
        let orphan = Session(
            digest: SecretDigest(of: "x"), user: UserName("nobody")!, createdAt: clock.now(),
            lastSeenAt: clock.now(), expiresAt: clock.now(), source: "")
        #expect(throws: IdentityError.self) { try store.apply([.putUser(user), .putSession(orphan)]) }
        #expect(try store.load().users.isEmpty)
    }

    private static let damages = [
        "UPDATE identity_user SET role = 'owner'", "UPDATE identity_user SET password = 'scrypt$99$8$1$AA==$AA=='",
        "UPDATE identity_user SET name = 'A N N'", "UPDATE identity_session SET digest = x'00'",
        "UPDATE identity_token SET forced_labels = '{'", "UPDATE identity_token SET limits = '[]'",
        "UPDATE identity_token SET forced_labels = '{\"__name__\":\"x\"}'",
    ]

    @Test("a row that is not what was written is refused by its table, not skipped", arguments: damages)
    func damagedRow(sql: String) async throws {
        let database = try StateDatabase(path: directory.database)
        let identity = try service(database)
        try await identity.createUser(Self.ann, role: .admin, password: Self.password, by: .system)
        _ = try await identity.signIn(name: "ann", password: Self.password, source: "s")
        _ = try await identity.createToken(
            name: "eu-1", kind: .ingest(forcedLabels: .empty, limits: IngestLimits()), by: .system)
        try database.close()
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let vandal = try DatabaseQueue(path: directory.database, configuration: configuration)
        try await vandal.write { try $0.execute(sql: sql) }
        try vandal.close()

        let store = SQLiteIdentityStore(try StateDatabase(path: directory.database))
        let error = #expect(throws: IdentityError.self) { try store.load() }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains(String(sql.split(separator: " ")[1])) == true, "\(String(describing: error))")
    }

    private func contents(of path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return bytes
    }
}
