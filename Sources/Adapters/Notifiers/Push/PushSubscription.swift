package import Basics
internal import Crypto

/// One browser of one person that takes pushes, as it told the console.
package struct PushSubscription: Sendable, Hashable {
    /// Where its maker's service takes messages for it. Whoever knows it cannot push without our key.
    package var endpoint: String
    /// The name that signed in.
    package var person: String
    /// `p256dh`: a P-256 point, 65 bytes.
    package var publicKey: [UInt8]
    /// `auth`: 16 bytes.
    package var secret: [UInt8]
    /// What the person sees: the browser's own words about itself.
    package var device: String
    package var createdAt: Timestamp

    package static let endpointBytesMax = 2000
    package static let deviceCharactersMax = 200
    private static let secretBytes = 16

    /// Nil when the keys are none.
    package init?(
        endpoint: String, person: String, publicKey: String, secret: String, device: String, createdAt: Timestamp
    ) {
        guard let point = Base64URL.decode(publicKey),
            (try? P256.KeyAgreement.PublicKey(x963Representation: point)) != nil,
            let secretBytes = Base64URL.decode(secret), secretBytes.count == Self.secretBytes
        else { return nil }
        self.endpoint = endpoint
        self.person = person
        self.publicKey = point
        self.secret = secretBytes
        self.device = PlainLine.make(device, charactersMax: Self.deviceCharactersMax)
        self.createdAt = createdAt
    }
}

/// Where subscriptions are kept.
package protocol PushSubscriptions: Sendable {
    func subscriptions(of person: String) async throws -> [PushSubscription]
    func remove(_ endpoint: String) async throws
}
