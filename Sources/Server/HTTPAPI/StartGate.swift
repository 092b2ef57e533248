import HTTPTypes
package import Hummingbird
import Synchronization

/// Answers from the first moment on: alive, but not ready, while what was stored is being replayed. Then it lets
/// everything through to the router.
package final class StartGate: HTTPResponder {
    package typealias Context = SignalboxRequestContext
    private let router = Mutex<RouterResponder<SignalboxRequestContext>?>(nil)

    package init() {}

    package func open(_ router: RouterResponder<SignalboxRequestContext>) {
        self.router.withLock { $0 = router }
    }

    package func respond(to request: Request, context: SignalboxRequestContext) async throws -> Response {
        if let router = router.withLock({ $0 }) { return try await router.respond(to: request, context: context) }
        if request.uri.path == "/-/healthy" { return .text("Signalbox is healthy.\n") }
        var answer = Response.text(
            "Signalbox is starting: what was stored is being read.\n", status: .serviceUnavailable)
        answer.headers[.retryAfter] = "1"
        return answer
    }
}
