import Basics
import Identity
import TestKit

/// An identity service over memory, with cheap scrypt and a clock that stands still.
struct IdentityFixture {
    static let password = "correct horse battery"
    /// N = 16: a test is about what is decided, not about how long it takes.
    static let cheap = ScryptCost(roundsLog2: 4, blockSize: 1, parallelism: 1)!
    static let ann = UserName("ann")!

    let store = MemoryIdentityStore()
    let clock = VirtualClock()
    let randomness = SeededRandomness(seed: 7)
    let service: IdentityService

    init(settings: IdentitySettings = IdentitySettings(passwordCost: Self.cheap)) throws {
        service = try IdentityService(
            store: store, audit: store, clock: clock, randomness: randomness, settings: settings)
    }

    /// A second service over the same store, as after a restart.
    func restarted(settings: IdentitySettings = IdentitySettings(passwordCost: Self.cheap)) throws -> IdentityService
    {
        try IdentityService(
            store: store, audit: store, clock: clock, randomness: SeededRandomness(seed: 8), settings: settings)
    }

    func addAnn(role: Role = .responder) async throws {
        try await service.createUser(Self.ann, role: role, password: Self.password, by: .system)
    }

    func signInAnn(source: String = "10.0.0.1") async throws -> SignedIn {
        try await service.signIn(name: "ann", password: Self.password, source: source)
    }
}

/// The code of the error that `body` throws, nil when it throws none.
func code(of body: () async throws -> Void) async -> IdentityError.Code? {
    do {
        try await body()
        return nil
    } catch let error as IdentityError {
        return error.code
    } catch {
        return nil
    }
}
