package import Basics
internal import Crypto

/// `X-Slack-Signature`: `v0=` and HMAC-SHA256, in hex, with the app's signing secret over `v0:TIMESTAMP:BODY`.
///
/// Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
package enum SlackSignature {
    /// An older request, or one from as far ahead, is somebody's copy.
    package static let ageMax = Duration.seconds(300)

    package static func make(timestamp: String, body: [UInt8], secret: Secret) -> String {
        "v0=" + HMAC<SHA256>.authenticationCode(for: text(timestamp, body), using: key(secret)).map(hex).joined()
    }

    /// Compared in constant time.
    package static func isValid(
        _ signature: String, timestamp: String, body: [UInt8], secret: Secret, now: Timestamp
    ) -> Bool {
        guard signature.hasPrefix("v0="), let bytes = bytes(signature.dropFirst(3)), let seconds = Int64(timestamp),
            abs(now.milliseconds / 1000 - seconds) <= ageMax.milliseconds / 1000
        else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(
            bytes, authenticating: text(timestamp, body), using: key(secret))
    }

    private static func text(_ timestamp: String, _ body: [UInt8]) -> [UInt8] {
        Array("v0:\(timestamp):".utf8) + body
    }

    private static func key(_ secret: Secret) -> SymmetricKey { SymmetricKey(data: Array(secret.revealed.utf8)) }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return byte < 16 ? "0" + digits : digits
    }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: characters.count, by: 2) {
            guard let byte = UInt8(String(decoding: characters[index...index + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
