package import Basics
internal import Crypto

/// `X-Hub-Signature-256`: `sha256=` and HMAC-SHA256, in hex, over the body.
///
/// Source: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
package enum GitHubSignature {
    private static let prefix = "sha256="

    package static func make(body: [UInt8], secret: Secret) -> String {
        prefix
            + HMAC<SHA256>.authenticationCode(for: body, using: key(secret)).map { byte in
                byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
            }.joined()
    }

    /// Compared in constant time.
    package static func isValid(_ signature: String, body: [UInt8], secret: Secret) -> Bool {
        guard signature.hasPrefix(prefix), !secret.revealed.isEmpty,
            let bytes = bytes(Array(signature.utf8.dropFirst(prefix.utf8.count)))
        else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(bytes, authenticating: body, using: key(secret))
    }

    private static func key(_ secret: Secret) -> SymmetricKey { SymmetricKey(data: Array(secret.revealed.utf8)) }

    private static func bytes(_ text: [UInt8]) -> [UInt8]? {
        guard text.count == 2 * SHA256.byteCount else { return nil }
        func digit(_ byte: UInt8) -> UInt8? {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: text.count, by: 2) {
            guard let high = digit(text[index]), let low = digit(text[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
