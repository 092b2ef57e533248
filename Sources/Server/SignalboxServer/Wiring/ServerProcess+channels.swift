import Basics
import HTTPAPI
import Identity
import Notifiers
import Response
import StateStore

extension ServerProcess {
    /// Its key is made at the first start and stays: links that were sent outlive a restart.
    static func linkSigner(_ database: StateDatabase, externalURL: String) throws -> LinkSigner {
        let key = try SQLiteServerSecrets(database).secret("link key") {
            Base64URL.encode(SystemRandomness().bytes(LinkSigner.keyBytes))
        }
        return LinkSigner(key: key, externalURL: externalURL)
    }

    /// What channels are answered by.
    func channelEndpoints() -> [Endpoint] {
        let throttle = AddressThrottle(clock: clock)
        let used = StoredUsedLinks(store: SQLiteUsedLinks(stateDatabase), thread: journalThread)
        return LinkAPI(signer: links, used: used, core: core, throttle: throttle, clock: clock).endpoints
    }
}

/// Of a link only its digest is kept: the file holds nothing that could be used.
private struct StoredUsedLinks: UsedLinks {
    let store: SQLiteUsedLinks
    let thread: BlockingThreads

    func use(_ token: String, expiresAt: Timestamp, now: Timestamp) async throws -> Bool {
        try await thread.run { try store.use(SecretDigest(of: token), expiresAt: expiresAt, now: now) }
    }
    func isUsed(_ token: String) async throws -> Bool {
        try await thread.run { try store.isUsed(SecretDigest(of: token)) }
    }
    func release(_ token: String) async throws {
        try await thread.run { try store.release(SecretDigest(of: token)) }
    }
}
