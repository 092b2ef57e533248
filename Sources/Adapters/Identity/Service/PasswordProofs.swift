import Basics

/// Names and passwords that were found right a short while ago, so that a program which sends them with every request
/// costs one scrypt in a while instead of one a request.
struct PasswordProofs: Sendable {
    typealias Answer = Result<User, IdentityError>
    /// Given nil when nobody looks any more.
    typealias Waiter = CheckedContinuation<Answer?, Never>

    private struct Proof: Sendable {
        var user: UserName
        /// A changed password ends the proof at once.
        var password: PasswordHash
        var until: Duration
    }

    private static let timeMax = Duration.seconds(300)
    /// Beyond it all are looked at again.
    private static let countMax = 1000

    private var proofs: [SecretDigest: Proof] = [:]
    /// Those that are being looked at, and who else waits for the answer.
    private var waiting: [SecretDigest: [Waiter]] = [:]

    /// Who it was that had shown them; nil when it is to be looked at again. `now` is uptime.
    func user(_ digest: SecretDigest, _ users: [UserName: User], now: Duration) -> User? {
        guard let proof = proofs[digest], proof.until > now, let user = users[proof.user],
            user.password == proof.password
        else { return nil }
        return user
    }

    mutating func add(_ digest: SecretDigest, _ user: User, now: Duration) {
        if proofs.count >= Self.countMax { proofs = [:] }
        proofs[digest] = Proof(user: user.name, password: user.password, until: now + Self.timeMax)
    }

    /// False when somebody looks already.
    mutating func begin(_ digest: SecretDigest) -> Bool {
        guard waiting[digest] == nil else { return false }
        waiting[digest] = []
        return true
    }

    /// False when nobody looks any more.
    mutating func wait(_ digest: SecretDigest, _ continuation: Waiter) -> Bool {
        guard waiting[digest] != nil else { return false }
        waiting[digest]?.append(continuation)
        return true
    }

    mutating func end(_ digest: SecretDigest) -> [Waiter] {
        waiting.removeValue(forKey: digest) ?? []
    }
}
