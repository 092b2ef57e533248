import Glibc
import NIOCore
import NIOSSL

/// Why there is no answer. Names the place and holds no secret.
package struct HTTPClientFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String

    /// The answer took longer than it may.
    package var isDeadline = false

    init(_ description: String, isDeadline: Bool = false) {
        self.description = description
        self.isDeadline = isDeadline
    }

    /// What the client says, with the commonest mistakes of TLS in words.
    package init(_ error: any Error) {
        let text = "\(error)"
        description =
            if let failure = error as? HTTPClientFailure {
                failure.description
            } else if text.contains("CERTIFICATE_VERIFY_FAILED") {
                "tls: failed to verify certificate: it is not signed by a known authority, or not valid now (\(text))"
            } else if error as? NIOSSLExtraError == NIOSSLExtraError.failedToValidateHostname {
                "tls: failed to verify certificate: it is not for this host (\(text))"
            } else if error as? NIOSSLError == .uncleanShutdown {
                "tls: the connection was closed"
            } else if let code = (error as? IOError)?.errnoCode {
                String(cString: strerror(code)).lowercased()
            } else {
                text
            }
    }
}
