package import Hummingbird
package import Identity
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
    private let channel: any Channel

    /// The client still waits for the answer. Good after `noticeDeparture`.
    package var isConnected: Bool { channel.isActive }

    /// From here on a client that closes its end ends the connection, instead of being taken for one that has sent
    /// all it will send and waits.
    package func noticeDeparture() async throws {
        try await channel.setOption(.allowRemoteHalfClosure, value: false).get()
    }

    package init(source: Source) {
        channel = source.channel
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress ?? ""
    }
}
