import Basics
import HTTPAPI
import HTTPTypes
import Hummingbird
import Identity

/// Who somebody is: asked once, kept in a cookie.
extension ConsoleRoutes {
    func signInPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let next = LocalTarget(try query(request)["next"])
        guard identity != nil, context.principal == nil else { return ConsoleResponse.redirect(to: next.path) }
        return try signInScreen(SignInView(next: next.path, givenName: "", refusal: nil), request, context)
    }

    func signIn(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try await form(request)
        let next = LocalTarget(form["next"])
        guard let identity else { return ConsoleResponse.redirect(to: next.path) }
        // There is no session yet that a token could be bound to.
        guard SameOrigin.isProven(request) else {
            throw APIError(.forbidden, "this form was sent by another site")
        }
        let name = form["name"] ?? ""
        do {
            let signedIn = try await identity.signIn(
                name: name, password: form["password"] ?? "", source: context.remoteAddress)
            var response = ConsoleResponse.redirect(to: next.path)
            let seconds = max(0, (signedIn.expiresAt - clock.now()).milliseconds / 1000)
            response.headers[.setCookie] = sessionCookie(signedIn.secret, maxAgeSeconds: seconds)
            return response
        } catch {
            return try refused(
                error, SignInView(next: next.path, givenName: name, refusal: error.message), request, context)
        }
    }

    func signOut(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await requireOwnForm(try await form(request), request, context)
        if let secret = context.sessionSecret { try await identity?.signOut(sessionSecret: secret) }
        var response = ConsoleResponse.redirect(to: "/sign-in")
        response.headers[.setCookie] = sessionCookie("", maxAgeSeconds: 0)
        return response
    }

    /// Throws unless the form came from a page of ours: by the session's token, or, where there is no session
    /// (no sign-in, or a token), by what the browser says of its origin.
    func requireOwnForm(
        _ form: FormParameters, _ request: Request, _ context: SignalboxRequestContext
    ) async throws {
        let isOwn =
            if let secret = context.sessionSecret {
                CSRFToken.isValid(form["csrf"] ?? "", sessionSecret: secret)
            } else {
                SameOrigin.isProven(request)
            }
        guard isOwn else { throw APIError(.forbidden, "this form does not belong to your session") }
    }

    /// Out of reach of scripts, and not sent with what other sites post.
    private func sessionCookie(_ secret: String, maxAgeSeconds: Int64) -> String {
        "\(AuthenticationMiddleware.sessionCookie)=\(secret); Path=/; Max-Age=\(maxAgeSeconds); HttpOnly; SameSite=Lax"
            + (isSecure ? "; Secure" : "")
    }

    private func refused(
        _ error: IdentityError, _ view: SignInView, _ request: Request, _ context: SignalboxRequestContext
    ) throws -> Response {
        let known = APIError(error)
        var response = try signInScreen(view, request, context, status: known.status)
        if let seconds = known.retryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    private func signInScreen(
        _ view: SignInView, _ request: Request, _ context: SignalboxRequestContext,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        try screen(view, "sign-in", nil, request, context, status: status)
    }
}
