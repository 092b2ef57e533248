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

    package init(source: Source) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress ?? ""
    }
}
