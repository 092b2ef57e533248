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

    /// Likewise: a browser takes pushes only from who it subscribed to.
    static func vapidKey(_ database: StateDatabase) throws -> VAPIDKey {
        guard let key = VAPIDKey(try SQLiteServerSecrets(database).secret("push key", make: VAPIDKey.make)) else {
            throw StateStoreError(.corrupt, "\(database.path): the key for pushes is damaged")
        }
        return key
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
            + SlackAPI(
                settings: { [self] in slackApp($0) }, core: core, whisper: SlackWhisper(transports),
                throttle: throttle, replays: replays, clock: clock
            ).endpoints
            + PushAPI(
                key: vapidKey,
                store: StoredPushSubscriptions(
                    store: SQLitePushSubscriptions(stateDatabase), thread: journalThread),
                settings: { [self] in pushChannel }, notifier: { [self] in notifiers.withLock { $0 } },
                externalURL: externalURL, randomness: SystemRandomness(), clock: clock
            ).endpoints
            + TestPageAPI(
                channels: { [self] in
                    channels.map { ($0.key, $0.value.kind) }.sorted { $0.0 < $1.0 }
                }, notifier: { [self] in notifiers.withLock { $0 } }, core: core, externalURL: externalURL,
                randomness: SystemRandomness(), clock: clock
            ).endpoints
    }

    private var channels: [String: ChannelSettings] { configuration.withLock { $0.paging.channels } }

    private var pushChannel: (channel: String, settings: PushSettings)? {
        for (name, settings) in channels.sorted(by: { $0.key < $1.key }) {
            if case .push(let settings) = settings { return (name, settings) }
        }
        return nil
    }

    private func slackApp(_ channel: String) -> SlackAppSettings? {
        if case .slackApp(let settings) = channels[channel] { settings } else { nil }
    }

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

struct StoredPushSubscriptions: PushSubscriptionStore {
    let store: SQLitePushSubscriptions
    let thread: BlockingThreads

    func subscriptions(of person: String) async throws -> [PushSubscription] {
        try await thread.run { try store.subscriptions(of: person) }
    }
    func add(_ subscription: PushSubscription) async throws {
        try await thread.run { try store.add(subscription) }
    }
    func remove(_ endpoint: String) async throws {
        try await thread.run { try store.remove(endpoint) }
    }
    func remove(_ endpoint: String, of person: String) async throws {
        try await thread.run { try store.remove(endpoint, of: person) }
    }
}
