import Basics
import Console
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import NIOCore
import TestKit
import Testing

/// The console behind the middleware it runs behind, with somebody who may sign in.
struct ConsoleFixture: Sendable {
    let clock = VirtualClock()
    let backend: FakeConsoleBackend
    let identity: IdentityService
    let password: String
    let viewerPassword = "only looking around"

    init() async throws {
        backend = FakeConsoleBackend(clock: clock)
        let store = MemoryIdentity()
        let settings = IdentitySettings(
            passwordCost: ScryptCost(roundsLog2: 4, blockSize: 1, parallelism: 1) ?? .standard)
        identity = try IdentityService(
            store: store, audit: store, clock: clock, randomness: SeededRandomness(seed: 1), settings: settings)
        password = try await identity.createFirstAdmin() ?? ""
        let viewer = try #require(UserName("viewer"))
        try await identity.createUser(viewer, role: .viewer, password: viewerPassword, by: .system)
    }

    func router(signIn: Bool = true, isSecure: Bool = false) throws -> Router<SignalboxRequestContext> {
        let router = Router(context: SignalboxRequestContext.self)
        let identity = identity
        let authenticate: AuthenticationMiddleware.Authenticate = { try identity.principal(for: $0) }
        router.add(middleware: ErrorMiddleware(logger: Logger(label: "test")))
        router.add(middleware: AuthenticationMiddleware(authenticate: signIn ? authenticate : nil))
        router.add(middleware: AccessMiddleware())
        try ConsoleRoutes(backend: backend, identity: signIn ? identity : nil, clock: clock, isSecure: isSecure)
            .register(on: router)
        return router
    }

    func application(signIn: Bool = true, isSecure: Bool = false) throws -> some ApplicationProtocol {
        Application(router: try router(signIn: signIn, isSecure: isSecure))
    }

    /// The cookie and the CSRF token of a new session.
    func session(_ name: String = "admin", _ password: String? = nil) async throws -> (cookie: String, csrf: String) {
        let signedIn = try await identity.signIn(name: name, password: password ?? self.password, source: "")
        return ("\(AuthenticationMiddleware.sessionCookie)=\(signedIn.secret)", signedIn.csrfToken)
    }
}

extension TestClientProtocol {
    func get(_ path: String, cookie: String? = nil, headers: HTTPFields = [:]) async throws -> TestResponse {
        var headers = headers
        headers[.cookie] = cookie
        return try await execute(uri: path, method: .get, headers: headers)
    }

    func post(_ path: String, _ form: String, cookie: String? = nil, headers: HTTPFields = [:]) async throws
        -> TestResponse
    {
        var headers = headers
        headers[.cookie] = cookie
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: form))
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }
}
