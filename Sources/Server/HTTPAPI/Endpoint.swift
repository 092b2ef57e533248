package import HTTPTypes
package import Hummingbird
package import Identity

/// One route with what it takes to call it. Every route of the JSON dialects is made of one, so none can forget
/// to ask, and the list of them is the API's description.
package struct Endpoint: Sendable {
    package typealias Handler = @Sendable (Request, SignalboxRequestContext) async throws -> Response

    package var method: HTTPRequest.Method
    package var path: String
    /// Nil for the two health checks, which answer anybody, and for what carries a credential of its own: signed links,
    /// signed callbacks.
    package var permission: Permission?
    package var summary: String
    package var handler: Handler

    package init(
        _ method: HTTPRequest.Method, _ path: String, _ permission: Permission?, _ summary: String,
        _ handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.permission = permission
        self.summary = summary
        self.handler = handler
    }

    package func register(on router: Router<SignalboxRequestContext>) {
        router.on(RouterPath(path), method: method) { request, context in
            try authorise(request, context)
            do { return try await handler(request, context) } catch let error as ElasticsearchError {
                // In its dialect's words already.
                throw error
            } catch { throw APIError(error) }
        }
    }

    private func authorise(_ request: Request, _ context: SignalboxRequestContext) throws {
        guard let permission else { return }
        guard let principal = context.principal else {
            throw APIError(.unauthorized, "this needs a credential: a token or a session")
        }
        guard principal.may(permission) else {
            throw APIError(.forbidden, "\(principal.auditName) may not \(permission.rawValue)")
        }
        guard let sessionSecret = context.sessionSecret, method != .get, method != .head else { return }
        let token = HTTPField.Name("X-CSRF-Token").flatMap { request.headers[$0] } ?? ""
        guard CSRFToken.isValid(token, sessionSecret: sessionSecret) else {
            throw APIError(.forbidden, "a session needs its CSRF token in X-CSRF-Token to change something")
        }
    }
}
