import NIOSSL

/// Why there is no answer. Names the place and holds no secret.
package struct HTTPClientFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }

    /// What the client says, with the commonest mistakes of TLS in words.
    init(_ error: any Error) {
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
            } else {
                text
            }
    }
}
