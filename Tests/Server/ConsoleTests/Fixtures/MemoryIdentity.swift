import Basics
import Identity
import Synchronization

/// Users and sessions in memory; the audit trail goes nowhere.
final class MemoryIdentity: IdentityStore, AuditSink {
    private let sessions = Mutex<[SecretDigest: Session]>([:])
    private let users = Mutex<[UserName: User]>([:])

    func load() throws(IdentityError) -> IdentitySnapshot { IdentitySnapshot() }

    func apply(_ changes: [IdentityChange]) throws(IdentityError) {
        for change in changes {
            switch change {
            case .putUser(let user): users.withLock { $0[user.name] = user }
            case .putSession(let session): sessions.withLock { $0[session.digest] = session }
            case .removeSessions(let digests):
                sessions.withLock { sessions in for digest in digests { sessions[digest] = nil } }
            default: break
            }
        }
    }

    func record(_ entry: IdentityAuditEntry) throws(IdentityError) {}
}
