import HTTPTypes
package import Hummingbird
package import Identity

/// Finds out who sends a request: session cookie, bearer or basic. It refuses nothing by itself — an endpoint
/// says what it needs — but a credential that is shown and wrong is answered 401 at once.
package struct AuthenticationMiddleware: RouterMiddleware {
    package typealias Context = SignalboxRequestContext
    package typealias Authenticate = @Sendable (Credential) async throws -> Principal

    package static let sessionCookie = "signalbox_session"

    /// Checks a user's name and password, sent from an address.
    package typealias CheckPassword =
        @Sendable (_ name: String, _ password: String, _ source: String) async throws
        -> Principal

    private let authenticate: Authenticate?
    private let checkPassword: CheckPassword?

    /// `authenticate` is nil for `auth.mode: none`, where everybody is `Principal.open`.
    package init(authenticate: Authenticate?, checkPassword: CheckPassword? = nil) {
        self.authenticate = authenticate
        self.checkPassword = checkPassword
    }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        guard let authenticate else {
            context.principal = .open
            return try await next(request, context)
        }
        if let header = request.headers[.authorization] {
            guard let credential = Credential(authorization: header) else {
                throw APIError(.unauthorized, "the Authorization header is neither Bearer nor Basic with a token")
            }
            do { context.principal = try await authenticate(credential) } catch {
                guard let checkPassword, let (name, password) = Self.password(header, request),
                    !Token.isLikeSecret(password)
                else { throw error }
                context.principal = try await checkPassword(name, password, context.remoteAddress)
            }
        } else if let key = try Self.keyInURL(request) {
            context.principal = try await authenticate(.token(key))
            guard context.principal?.kind == .eventsToken else {
                throw APIError(.unauthorized, "only the secret of an events token may stand in a URL")
            }
        } else if let key = Self.keyOfPage(request) {
            context.principal = try await authenticate(.token(key))
            guard context.principal?.kind == .browserToken else {
                throw APIError(.unauthorized, "only the secret of a browser token may stand in a path")
            }
        } else if let cookie = request.cookies[Self.sessionCookie]?.value,
            let principal = try? await authenticate(.session(cookie))
        {
            // A stale cookie is no attack: the request goes on without a principal, and the console asks to sign in.
            context.principal = principal
            context.sessionSecret = cookie
        }
        return try await next(request, context)
    }

    /// Elasticsearch's clients know people by name and password. A browser, which would send them along with what
    /// another site makes it do, signs in at the console instead.
    private static func password(_ header: String, _ request: Request) -> (name: String, password: String)? {
        guard request.uri.path.hasPrefix(ElasticsearchMiddleware.folder + "/"), request.headers[.origin] == nil,
            HTTPField.Name("Sec-Fetch-Site").flatMap({ request.headers[$0] }) == nil
        else { return nil }
        return Credential.password(authorization: header)
    }

    /// Senders that can set no header — Azure's action groups, a cron job's curl — put their key in the URL. It can
    /// do nothing but send events.
    private static let foldersWithKeys = ["/ops/v1/events/", "/ops/v1/heartbeats/"]

    /// Pages have no secrets: the agent in a browser has its key in the address it sends to, `/apm/rum/KEY/…`.
    private static func keyOfPage(_ request: Request) -> String? {
        let folder = BrowserAPI.folder + "/"
        guard request.uri.path.hasPrefix(folder) else { return nil }
        return request.uri.path.dropFirst(folder.count).split(separator: "/").first.map(String.init)
    }

    private static func keyInURL(_ request: Request) throws -> String? {
        guard foldersWithKeys.contains(where: request.uri.path.hasPrefix) else { return nil }
        return try FormParameters(request.uri.query ?? "")["key"]
    }
}
