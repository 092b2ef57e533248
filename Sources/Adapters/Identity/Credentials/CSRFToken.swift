internal import Crypto

/// Proves that a state-changing request comes from a page we served to this session: a keyed hash of the cookie,
/// which another site can neither read nor compute. Nothing is stored.
package enum CSRFToken {
    package static func make(sessionSecret: String) -> String {
        let key = SymmetricKey(data: Array(sessionSecret.utf8))
        return Base32.encode(HMAC<SHA256>.authenticationCode(for: Array("signalbox csrf v1".utf8), using: key))
    }

    package static func isValid(_ token: String, sessionSecret: String) -> Bool {
        constantTimeEquals(token.utf8, make(sessionSecret: sessionSecret).utf8)
    }
}
