internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Why a request got no answer, in words for a person. Only the host is named: descriptions of errors from below
/// may hold the URL.
enum SendingFailure {
    static func reason(_ error: any Error, authority: String) -> String {
        switch error {
        case let error as HTTPClientError: reason(error, authority: authority)
        case let error as NIOConnectionError: reason(error, authority: authority)
        case let error as IOError: "the connection to \(authority) failed: \(words(for: error.errnoCode))"
        case is CancellationError: "the attempt was given up"
        default: other(error, authority: authority)
        }
    }

    private static func reason(_ error: HTTPClientError, authority: String) -> String {
        switch error {
        case .connectTimeout: "no connection to \(authority) within 5 s"
        case .readTimeout, .writeTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout:
            "\(authority) did not answer in time"
        case .remoteConnectionClosed: "\(authority) closed the connection without an answer"
        case .tlsHandshakeTimeout: "the TLS handshake with \(authority) took too long"
        case .cancelled, .alreadyShutdown: "the attempt was given up"
        default: "the request to \(authority) failed: \(error.shortDescription)"
        }
    }

    private static func reason(_ error: NIOConnectionError, authority: String) -> String {
        if let single = error.connectionErrors.first {
            if let io = single.error as? IOError {
                return "no connection to \(authority): \(words(for: io.errnoCode))"
            }
            return "no connection to \(authority)"
        }
        return "the name in \(authority) cannot be resolved"
    }

    private static func other(_ error: any Error, authority: String) -> String {
        let type = String(describing: type(of: error))
        guard type.contains("SSL") else { return "the request to \(authority) failed: \(type)" }
        // BoringSSL's own words, which hold addresses and reasons but nothing of the request.
        let words = String(describing: error)
        let isUntrusted = words.contains("CERTIFICATE_VERIFY_FAILED") || words.contains("unableToValidateCertificate")
        return "TLS with \(authority) failed" + (isUntrusted ? ": its certificate is not trusted" : "")
    }

    private static func words(for code: CInt) -> String {
        switch code {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET, EPIPE: "connection reset"
        case EHOSTUNREACH: "no route to host"
        case ENETUNREACH: "network unreachable"
        case ETIMEDOUT: "timed out"
        default: "error \(code)"
        }
    }
}
