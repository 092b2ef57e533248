package import Basics
internal import NIOPosix
internal import Synchronization

/// Knows every user, session and token, and proves who sent a request.
///
/// All records are held in memory, so that a request with a credential costs one hash and one look-up and never
/// waits for the disk. The store is written first and memory second; this process is its only writer. Whatever
/// blocks (scrypt, the store) runs in order on one thread of our own, never on an event loop.
package final class IdentityService: Sendable {
    let store: any IdentityStore
    let audit: any AuditSink
    let clock: any WallClock
    let randomness: any Randomness
    package let settings: IdentitySettings
    let state: Mutex<State>
    /// Stands in for the password of users who do not exist, so that they cannot be told by the time.
    let decoyPassword: PasswordHash
    /// Of this process alone.
    let proofKey: String
    private let thread: NIOThreadPool

    struct State: Sendable {
        var users: [UserName: User] = [:]
        var sessions: [SecretDigest: Session] = [:]
        var tokens: [SecretDigest: Token] = [:]
        var touchedSessions: Set<SecretDigest> = []
        var touchedTokens: Set<SecretDigest> = []
        var throttle = SignInThrottle()
        var signInsWaiting = 0
        var proofs = PasswordProofs()
    }

    /// Reads the whole store; blocks.
    package init(
        store: any IdentityStore, audit: any AuditSink, clock: any WallClock, randomness: any Randomness,
        settings: IdentitySettings = IdentitySettings()
    ) throws(IdentityError) {
        self.store = store
        self.audit = audit
        self.clock = clock
        self.randomness = randomness
        self.settings = settings
        decoyPassword = .decoy(cost: settings.passwordCost, randomness: randomness)
        proofKey = TokenSecret.makeID(randomness: randomness) + TokenSecret.makeID(randomness: randomness)
        let snapshot = try store.load()
        var state = State()
        for user in snapshot.users { state.users[user.name] = user }
        for session in snapshot.sessions { state.sessions[session.digest] = session }
        for token in snapshot.tokens { state.tokens[token.digest] = token }
        self.state = Mutex(state)
        thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
    }

    deinit {
        // For those who never called `shutdown`; a pool that is stopped already stays so.
        thread.shutdownGracefully { _ in }
    }

    /// Writes the last times of use and stops. Later calls that need the thread throw `unavailable`.
    package func shutdown() async {
        // What is lost when this fails is the time of use, at most five minutes coarse anyway.
        try? await flushUsage()
        try? await thread.shutdownGracefully()
    }

    /// Runs `work` on the thread that may block, after everything queued before it.
    func blocking<T: Sendable>(
        _ work: @escaping @Sendable () throws(IdentityError) -> T
    ) async throws(IdentityError) -> T {
        let outcome: Result<T, IdentityError>
        do {
            outcome = try await thread.runIfActive { Result(catching: work) }
        } catch {
            throw IdentityError(.unavailable, "identity is shutting down, or the request was given up")
        }
        return try outcome.get()
    }

    /// Refuses unless `actor` may; every change goes through here first.
    func require(_ permission: Permission, of actor: Principal) throws(IdentityError) {
        guard actor.may(permission) else {
            throw IdentityError(.forbidden, "\(actor.name) may not \(permission.rawValue)")
        }
    }
}
