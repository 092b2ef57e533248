import Basics
import HTTPAPI
import Identity
import Notifiers
import Response
import StateStore
import Synchronization

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
        let replays = ReplayGuard(clock: clock)
        let used = StoredUsedLinks(store: SQLiteUsedLinks(stateDatabase), thread: journalThread)
        let externalURL = configuration.withLock { $0.server.externalURL }
        return LinkAPI(signer: links, used: used, core: core, throttle: throttle, clock: clock).endpoints
            + TwilioAPI(
                settings: { [self] in twilio($0) }, core: core, externalURL: externalURL, throttle: throttle,
                replays: replays
            ).endpoints
            + TestPageAPI(
                channels: { [self] in
                    channels.map { ($0.key, $0.value.kind) }.sorted { $0.0 < $1.0 }
                }, notifier: { [self] in notifiers.withLock { $0 } }, core: core, externalURL: externalURL,
                randomness: SystemRandomness(), clock: clock
            ).endpoints
    }

    private var channels: [String: ChannelSettings] { configuration.withLock { $0.paging.channels } }

    private func twilio(_ channel: String) -> TwilioSettings? {
        switch channels[channel] {
        case .voice(let settings), .sms(let settings): settings
        default: nil
        }
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
