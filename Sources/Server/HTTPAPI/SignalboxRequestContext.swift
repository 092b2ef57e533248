package import Hummingbird
package import Identity

/// What one request carries besides itself: who sent it.
package struct SignalboxRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Nil until `AuthenticationMiddleware` has found out; stays nil on the few open paths.
    package var principal: Principal?

    package init(source: Source) { coreContext = .init(source: source) }
}
