package import Basics
import FoundationEssentials
import Hummingbird
package import Identity
package import Notifiers
package import Response

/// Where devices are kept, as the API needs it.
package protocol PushSubscriptionStore: PushSubscriptions {
    func add(_ subscription: PushSubscription) async throws
    func remove(_ endpoint: String, of person: String) async throws
}

/// `/ops/v1/push`: a person enables pushes on a device, disables them, and tries them.
package struct PushAPI: Sendable {
    private let key: VAPIDKey
    private let store: any PushSubscriptionStore
    private let settings: @Sendable () -> (channel: String, settings: PushSettings)?
    private let notifier: @Sendable () -> any Notifier
    private let externalURL: String
    private let randomness: any Randomness
    private let clock: any WallClock

    /// A subscription is some five hundred bytes; a larger body is refused with 413.
    private static let bodyBytesMax = 16 << 10

    /// `settings` is the paging file's first channel of this kind; nil when there is none.
    package init(
        key: VAPIDKey, store: any PushSubscriptionStore,
        settings: @escaping @Sendable () -> (channel: String, settings: PushSettings)?,
        notifier: @escaping @Sendable () -> any Notifier, externalURL: String, randomness: any Randomness,
        clock: any WallClock
    ) {
        self.key = key
        self.store = store
        self.settings = settings
        self.notifier = notifier
        self.externalURL = externalURL
        self.randomness = randomness
        self.clock = clock
    }

    package var endpoints: [Endpoint] {
        let path = "/ops/v1/push"
        return [
            Endpoint(.get, path + "/key", .viewOperations, "The public key that a browser subscribes with", showKey),
            Endpoint(.get, path + "/devices", .viewOperations, "One's own devices that take pushes", list),
            Endpoint(.post, path + "/devices", .viewOperations, "Takes a browser's subscription", add),
            Endpoint(.post, path + "/devices/remove", .viewOperations, "Forgets one's own device", remove),
            Endpoint(.post, path + "/test", .viewOperations, "Pushes a test to one's own devices", test),
        ]
    }

    private func person(_ context: SignalboxRequestContext) throws -> String {
        guard let principal = context.principal, principal.kind == .user || principal.kind == .open else {
            throw APIError(.badData, "pushes are for people who have signed in, not for tokens")
        }
        return principal.id
    }

    private func channel() throws -> (channel: String, settings: PushSettings) {
        guard let found = settings() else {
            throw APIError(.notFound, "the paging file has no channel of kind push")
        }
        return found
    }

    private func showKey(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        _ = try channel()
        var json = JSONWriter()
        json.object { json in
            json.key("key")
            json.string(key.publicKey)
        }
        return .json(json)
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let devices = try await store.subscriptions(of: person(context))
        var json = JSONWriter()
        json.object { json in
            json.key("devices")
            json.array { json in
                for device in devices {
                    json.object { json in
                        for (key, text) in [
                            ("endpoint", device.endpoint), ("device", device.device),
                            ("created", RFC3339.format(device.createdAt)),
                        ] {
                            json.key(key)
                            json.string(text)
                        }
                    }
                }
            }
        }
        return .json(json)
    }

    /// What `PushSubscription.toJSON()` of a browser gives, and the browser's name.
    private struct Body: Decodable {
        struct Keys: Decodable {
            var p256dh: String
            var auth: String
        }
        var endpoint: String
        var keys: Keys?
        var device: String?
    }

    private func body(_ request: Request) async throws -> Body {
        let bytes = try await request.body.collect(upTo: Self.bodyBytesMax)
        do { return try JSONDecoder().decode(Body.self, from: Data(bytes.readableBytesView)) } catch {
            throw APIError(.badData, "the body must be a browser's subscription: \(TokenAPI.place(error))")
        }
    }

    private func add(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let person = try person(context)
        let body = try await body(request)
        guard body.endpoint.utf8.count <= PushSubscription.endpointBytesMax,
            try channel().settings.allows(body.endpoint)
        else {
            throw APIError(.badData, "endpoint: is at none of the push services that the channel allows")
        }
        let subscription = PushSubscription(
            endpoint: body.endpoint, person: person, publicKey: body.keys?.p256dh ?? "",
            secret: body.keys?.auth ?? "",
            device: body.device ?? "", createdAt: clock.now())
        guard let subscription else {
            throw APIError(.badData, "keys: p256dh must be a P-256 point and auth 16 bytes, in base64url")
        }
        try await store.add(subscription)
        return try await list(request, context)
    }

    private func remove(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let person = try person(context)
        try await store.remove(try await body(request).endpoint, of: person)
        return try await list(request, context)
    }

    private func test(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let person = try person(context)
        let place = ChannelReference(channel: try channel().channel, address: person, person: person)
        let notification = TestPage.notification(
            to: place, by: person, url: externalURL + "/settings", number: randomness.next(), at: clock.now())
        return .json(TestPageAPI.answer(await notifier().deliver(notification)))
    }
}
