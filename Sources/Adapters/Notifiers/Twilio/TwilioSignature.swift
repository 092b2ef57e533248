package import Basics
internal import Crypto
internal import FoundationEssentials

/// `X-Twilio-Signature`: HMAC-SHA1 with the account's token over the URL as Twilio called it and the form's pairs,
/// sorted by name, run together.
///
/// Source: https://www.twilio.com/docs/usage/security#validating-requests
package enum TwilioSignature {
    package static func make(url: String, form: [(name: String, value: String)], token: Secret) -> String {
        Data(mac(url, form, token)).base64EncodedString()
    }

    /// Compared in constant time.
    package static func isValid(
        _ signature: String, url: String, form: [(name: String, value: String)], token: Secret
    ) -> Bool {
        guard let claimed = Data(base64Encoded: signature) else { return false }
        return HMAC<Insecure.SHA1>.isValidAuthenticationCode(
            claimed, authenticating: Array(text(url, form).utf8), using: key(token))
    }

    private static func mac(
        _ url: String, _ form: [(name: String, value: String)], _ token: Secret
    ) -> HMAC<Insecure.SHA1>.MAC {
        HMAC<Insecure.SHA1>.authenticationCode(for: Array(text(url, form).utf8), using: key(token))
    }

    private static func text(_ url: String, _ form: [(name: String, value: String)]) -> String {
        let sorted = form.enumerated().sorted { left, right in
            left.element.name == right.element.name
                ? left.offset < right.offset
                : left.element.name.utf8.lexicographicallyPrecedes(right.element.name.utf8)
        }
        return url + sorted.map { $0.element.name + $0.element.value }.joined()
    }

    private static func key(_ token: Secret) -> SymmetricKey { SymmetricKey(data: Array(token.revealed.utf8)) }
}
