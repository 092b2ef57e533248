package import Basics
internal import Crypto
package import Response

/// Makes and reads links that act without a session: the link itself is the credential. `TEXT.MAC`, where the text
/// is the claim and the MAC is HMAC-SHA256 over it with a key that never leaves the server.
package struct LinkSigner: Sendable {
    package enum Refusal: Error, Sendable, Hashable {
        /// Not made by this server, or changed.
        case forged
        case expired
    }

    private let key: Secret
    private let externalURL: String

    /// The shape of the text; another one gets another number, so that no old link is read as something else.
    private static let version = "1"
    private static let separator: Character = "\u{1f}"
    /// An acknowledgement that comes later answers another day's page.
    package static let lifetime = Duration.seconds(24 * 3600)
    package static let keyBytes = 32
    /// Longer ones are none of ours.
    private static let tokenBytesMax = 2048
    package static let path = "/link/"

    /// `key` is `keyBytes` random bytes in base64url.
    package init(key: Secret, externalURL: String) {
        self.key = key
        self.externalURL = externalURL
    }

    /// The link that acknowledges what `notification` tells of; nil when that is nothing to acknowledge. The same
    /// notification has the same link at each attempt.
    package func acknowledgeURL(_ notification: Notification) -> String? {
        let subject = notification.subject
        guard subject.status == .firing, !subject.pageID.isEmpty,
            notification.kind == .page || notification.kind == .announcement
        else { return nil }
        let decidedAt = Timestamp(milliseconds: notification.decidedAtMilliseconds)
        let claim = LinkClaim(
            page: subject.pageID, person: notification.channel.person, channel: notification.channel.channel,
            action: .acknowledge, expiresAt: decidedAt + Self.lifetime)
        return token(claim).map { externalURL + Self.path + $0 }
    }

    /// Nil when a name holds the separator: none that a person would choose does.
    package func token(_ claim: LinkClaim) -> String? {
        let fields = [
            Self.version, claim.action.rawValue, String(claim.expiresAt.milliseconds), claim.page, claim.person,
            claim.channel,
        ]
        guard !fields.contains(where: { $0.contains(Self.separator) }) else { return nil }
        let text = Base64URL.encode(Array(fields.joined(separator: String(Self.separator)).utf8))
        return text + "." + Base64URL.encode(Array(mac(text)))
    }

    package func claim(_ token: String, now: Timestamp) throws(Refusal) -> LinkClaim {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count <= Self.tokenBytesMax, parts.count == 2, let mac = Base64URL.decode(parts[1]),
            HMAC<SHA256>.isValidAuthenticationCode(mac, authenticating: Array(parts[0].utf8), using: symmetricKey),
            let text = Base64URL.decode(parts[0])
        else { throw .forged }
        let fields = String(decoding: text, as: UTF8.self)
            .split(separator: Self.separator, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 6, fields[0] == Self.version, let action = LinkClaim.Action(rawValue: fields[1]),
            let expires = Int64(fields[2])
        else { throw .forged }
        let claim = LinkClaim(
            page: fields[3], person: fields[4], channel: fields[5], action: action,
            expiresAt: Timestamp(milliseconds: expires))
        guard now < claim.expiresAt else { throw .expired }
        return claim
    }

    private var symmetricKey: SymmetricKey { SymmetricKey(data: Array(key.revealed.utf8)) }

    private func mac(_ text: String) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: symmetricKey)
    }
}
