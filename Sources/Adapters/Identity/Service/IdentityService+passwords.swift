internal import Basics
internal import Synchronization

extension IdentityService {
    /// Checks the name and the password that a program sends with each request. It goes through the gates of
    /// `signIn`, and begins no session; what was right is right for some minutes, or until the password changes.
    package func principal(
        name: String, password: String, source: String
    ) async throws(IdentityError) -> Principal {
        // With a key of this process: whoever reads its memory must not be able to try words against it.
        let digest = SecretDigest(of: "\(proofKey)\u{0}\(name)\u{0}\(password)")
        while true {
            let now = clock.uptime()
            let (known, isMine) = state.withLock { state -> (User?, Bool) in
                let known = state.proofs.user(digest, state.users, now: now)
                return (known, known == nil && state.proofs.begin(digest))
            }
            if let known { return known.principal }
            guard !isMine else { break }
            let answer = await withCheckedContinuation { (continuation: PasswordProofs.Waiter) in
                let waits = state.withLock { $0.proofs.wait(digest, continuation) }
                if !waits { continuation.resume(returning: nil) }
            }
            // Whatever the one met who looked: a wrong password, no room, a disk that is full.
            if let answer { return try answer.get().principal }
        }
        let answer: PasswordProofs.Answer
        do throws(IdentityError) { answer = .success(try await proven(name, password, source, digest)) } catch {
            answer = .failure(error)
        }
        for waiter in state.withLock({ $0.proofs.end(digest) }) { waiter.resume(returning: answer) }
        return try answer.get().principal
    }

    private func proven(
        _ name: String, _ password: String, _ source: String, _ digest: SecretDigest
    ) async throws(IdentityError) -> User {
        let user = UserName(name)
        let claimed = user?.text ?? "(malformed)"
        try await admit(claimed, source: source)
        defer { state.withLock { $0.signInsWaiting -= 1 } }
        return try await blocking { [self] () throws(IdentityError) in
            let known = try verified(user, password: password)
            try audit.record(
                IdentityAuditEntry(
                    at: clock.now(), actor: "user:\(claimed)", action: known == nil ? .signInFailed : .signIn,
                    subject: "user:\(claimed)", source: source, details: ["by": "password in a request"]))
            guard let known else { throw Self.wrongPassword }
            let now = clock.uptime()
            state.withLock { state in
                state.throttle.succeeded(name: claimed, source: source)
                state.proofs.add(digest, known, now: now)
            }
            return known
        }
    }

    private static var wrongPassword: IdentityError {
        IdentityError(.unauthenticated, "the name or the password is wrong")
    }
}
