import HTTPAPI
import HTTPTypes
import Hummingbird

/// A browser that asks for an address that is none gets a page that leads on; programs get the bare status.
struct UnknownPageMiddleware: RouterMiddleware {
    typealias Context = SignalboxRequestContext
    let show: @Sendable (Request, Context) async throws -> Response

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch let error as HTTPError where error.status == .notFound {
            guard request.method == .get, request.headers[.accept]?.contains("text/html") == true else { throw error }
            return try await show(request, context)
        }
    }
}
