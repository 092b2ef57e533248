import HTTPTypes
package import Hummingbird
package import Logging

/// Nothing answers without a credential, unknown paths neither: a browser is sent to sign in, everything else gets 401.
package struct AccessMiddleware: RouterMiddleware {
    package typealias Context = SignalboxRequestContext

    /// The only paths open to anybody; folders end with a slash. Signed links and callbacks carry a credential of their
    /// own, and PagerDuty's clients have theirs in the body.
    private static let open =
        [
            "/-/healthy", "/-/ready", "/sign-in", "/assets/", "/manifest.webmanifest", "/favicon.ico",
            "/service-worker.js", "/link/",
            "/ops/v1/channels/twilio/", "/ops/v1/channels/slack/",
            // The address itself is a secret, which calendar programs can keep.
            OnCallAPI.calendarPath,
            AdmissionAPI.keyPath, GitHubGateAPI.path,
        ] + PagerDutyAPI.paths
    /// Where programs call: they get a status, not a page.
    private static let programs = [
        "/api/", "/ops/", "/-/", "/metrics", "/federate", "/v1/", "/v2/", "/generic/", "/es/", "/apm/", "/loki/",
        "/config/",
        "/prometheus/", "/sampling/", "/jaeger/", "/tempo/",
    ]

    package init() {}

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        if context.principal != nil
            || Self.open.contains(where: { $0.hasSuffix("/") ? path.hasPrefix($0) : path == $0 })
        {
            return try await next(request, context)
        }
        guard request.method == .get, !Self.programs.contains(where: (path + "/").hasPrefix) else {
            throw APIError(.unauthorized, "this needs a credential: a token or a session")
        }
        let target = path == "/" ? "/sign-in" : "/sign-in?next=" + path
        return Response(status: .seeOther, headers: [.location: target, .cacheControl: "no-store"])
    }
}

/// Turns what nobody mapped into our envelope, so that clients always find an `error`.
package struct ErrorMiddleware: RouterMiddleware {
    package typealias Context = SignalboxRequestContext
    private let logger: Logger

    package init(logger: Logger) { self.logger = logger }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch {
            if let known = error as? HTTPError {
                return Response.text((known.body ?? known.status.reasonPhrase) + "\n", status: known.status)
            }
            let mapped = APIError(error)
            if mapped.kind == .internal {
                logger.error("request failed", metadata: ["path": "\(request.uri.path)", "reason": "\(error)"])
            }
            return try mapped.response(from: request, context: context)
        }
    }
}
