package import Basics
internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials

/// How a GitHub App proves itself: a token it signs, valid for minutes.
///
/// Source: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
package struct GitHubAppKey: Sendable {
    private let key: _RSA.Signing.PrivateKey

    /// GitHub takes ten minutes at most, and clocks differ.
    private static let lifetimeSeconds: Int64 = 540
    private static let backDatedSeconds: Int64 = 60

    /// Nil when it is no RSA key in PEM form.
    package init?(_ pem: Secret) {
        guard let key = try? _RSA.Signing.PrivateKey(pemRepresentation: pem.revealed) else { return nil }
        self.key = key
    }

    private struct Claims: Encodable {
        var iat: Int64
        var exp: Int64
        var iss: String
    }

    package func token(appID: String, now: Timestamp) throws -> String {
        let seconds = now.milliseconds / 1000
        let claims = Claims(iat: seconds - Self.backDatedSeconds, exp: seconds + Self.lifetimeSeconds, iss: appID)
        let text = try [Array(#"{"alg":"RS256","typ":"JWT"}"#.utf8), JSONBody.encode(claims)].map(Base64URL.encode)
            .joined(separator: ".")
        let signature = try key.signature(for: Array(text.utf8), padding: .insecurePKCS1v1_5)
        return "\(text).\(Base64URL.encode(Array(signature.rawRepresentation)))"
    }
}
