package import Hummingbird
package import Identity
package import Logging
import NIOCore

/// What one request carries besides itself: who sent it and from where.
package struct SignalboxRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Nil until `AuthenticationMiddleware` has found out; stays nil without a valid credential.
    package var principal: Principal?
    /// The session cookie's value when that is what proved the principal; CSRF tokens derive from it.
    package var sessionSecret: String?
    /// The client's address as the socket has it; empty when unknown.
    package let remoteAddress: String
    /// Nil for a call by gRPC, whose connection is its library's.
    private let channel: (any Channel)?

    /// The client still waits for the answer. Good after `noticeDeparture`.
    package var isConnected: Bool { channel?.isActive ?? true }

    /// From here on a client that closes its end ends the connection, instead of being taken for one that has sent
    /// all it will send and waits.
    package func noticeDeparture() async throws {
        try await channel?.setOption(.allowRemoteHalfClosure, value: false).get()
    }

    package init(source: Source) {
        channel = source.channel
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress ?? ""
    }

    /// Of a request that came by another protocol.
    package init(remoteAddress: String, logger: Logger) {
        struct Origin: RequestContextSource { let logger: Logger }
        channel = nil
        coreContext = .init(source: Origin(logger: logger))
        self.remoteAddress = remoteAddress
    }
}
