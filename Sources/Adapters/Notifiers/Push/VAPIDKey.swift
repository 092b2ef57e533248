package import Basics
internal import Crypto
internal import FoundationEssentials

/// Who pushes (RFC 8292): a key that the server makes for itself, and a signed word for each push service.
package struct VAPIDKey: Sendable {
    private let key: P256.Signing.PrivateKey

    /// Push services take a day at most.
    private static let lifetime = Duration.seconds(12 * 3600)

    /// Nil when `text` is no key that `make` made.
    package init?(_ text: Secret) {
        guard let bytes = Base64URL.decode(text.revealed),
            let key = try? P256.Signing.PrivateKey(rawRepresentation: bytes)
        else { return nil }
        self.key = key
    }

    package static func make() -> String { Base64URL.encode(Array(P256.Signing.PrivateKey().rawRepresentation)) }

    /// What a browser is told when it subscribes, so that it takes pushes from us alone.
    package var publicKey: String { Base64URL.encode(Array(key.publicKey.x963Representation)) }

    private struct Claims: Encodable {
        var aud: String
        var exp: Int64
        var sub: String
    }

    /// The value of `Authorization` for pushes to the service at `origin`.
    func authorization(origin: String, contact: String, now: Timestamp) throws -> String {
        let claims = Claims(aud: origin, exp: (now + Self.lifetime).milliseconds / 1000, sub: contact)
        let text = try [Array(#"{"alg":"ES256","typ":"JWT"}"#.utf8), JSONBody.encode(claims)].map(Base64URL.encode)
            .joined(separator: ".")
        let signature = try key.signature(for: Array(text.utf8)).rawRepresentation
        return "vapid t=\(text).\(Base64URL.encode(Array(signature))), k=\(publicKey)"
    }
}
