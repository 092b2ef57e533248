package import Basics
package import HTTPAPI
import HTTPTypes
package import Hummingbird
package import Identity
import NIOCore
import Response

/// The pages people look at, and the files their browsers fetch. Everything is a URL that can be shared; what
/// changes something is a POST with the session's CSRF token.
package struct ConsoleRoutes: Sendable {
    typealias Handler = @Sendable (Request, SignalboxRequestContext) async throws -> Response

    /// A form here is a name and a password, or a note; a larger body is refused with 413.
    static let formBytesMax = 64 << 10

    let backend: any ConsoleBackend
    /// Nil while `auth.mode` is `none`: nobody signs in.
    let identity: IdentityService?
    let clock: any WallClock
    /// Whether browsers reach us by https: then the session's cookie never travels without.
    let isSecure: Bool
    let meter: IngestMeter
    let assets = ConsoleAssets.embedded
    let templates: Templates

    /// Parses the templates; throws when one of them is broken, which a test finds first.
    package init(
        backend: any ConsoleBackend, identity: IdentityService?, clock: any WallClock, isSecure: Bool
    ) throws {
        self.backend = backend
        self.identity = identity
        self.clock = clock
        self.isSecure = isSecure
        meter = IngestMeter(clock: clock) { await backend.ingestCounts() }
        templates = try Templates(assets.templates)
    }

    package func register(on router: Router<SignalboxRequestContext>) {
        router.add(
            middleware: UnknownPageMiddleware { request, context in
                try await answer(request, context) { _, _ in
                    throw APIError(.notFound, "There is no page \(request.uri.path.prefix(200)).")
                }
            })
        registerAssets(on: router)
        router.get("sign-in") { try await answer($0, $1, signInPage) }
        router.post("sign-in") { try await answer($0, $1, signIn) }
        router.post("sign-out") { try await answer($0, $1, signOut) }
        for (path, handler) in pages + tracePages {
            router.get(RouterPath(path)) { try await answer($0, $1, may(.viewOperations, handler)) }
        }
        for action in OnCallAction.allCases {
            router.post("oncall/:name/\(action.rawValue)") { request, context in
                try await answer(request, context, may(.respond) { try await change(action, $0, $1) })
            }
        }
        router.post("objectives/break-glass") { try await answer($0, $1, may(.breakGlass, breakGlass)) }
        router.post("objectives/break-glass/:id/close") { try await answer($0, $1, may(.breakGlass, restoreGlass)) }
        router.post("usage/queries/:id/end") { try await answer($0, $1, may(.endQueries, endQuery)) }
        router.get("silences/new") { try await answer($0, $1, may(.editSilences, silenceForm)) }
        router.post("silences") { try await answer($0, $1, may(.editSilences, makeSilence)) }
        router.post("silences/:id/end") { try await answer($0, $1, may(.editSilences, endSilence)) }
        router.post("silences/:id/approve") { try await answer($0, $1, may(.respond, approveSilence)) }
        for action in PageActions.allCases {
            router.post("alerts/:id/\(action.rawValue)") { request, context in
                try await answer(request, context, may(.respond) { try await act(action, $0, $1) })
            }
        }
    }

    private var pages: [(String, Handler)] {
        [
            ("/", nowPage), ("alerts", alertsPage), ("alerts/groups", groupsPage),
            ("alerts/:id", pagePage), ("explain", explainPage), ("silences", silencesPage),
            ("explore", explorePage), ("logs", logsPage),
            ("logs/processing", logProcessingPage),
            ("explore/language.json", language), ("targets", targetsPage),
            ("targets/one", targetPage), ("rules", rulesPage), ("usage", usagePage), ("oncall", onCallPage),
            ("objectives", objectivesPage), ("objectives/agreements", agreementsPage),
            ("objectives/:name", objectivePage),
            ("about", aboutPage), ("settings", settingsPage),
        ]
    }

    /// Refuses who may not, before the handler sees anything.
    private func may(_ permission: Permission, _ handler: @escaping Handler) -> Handler {
        { request, context in
            guard let principal = context.principal else {
                return ConsoleResponse.redirect(to: "/sign-in")
            }
            guard principal.may(permission) else {
                throw APIError(.forbidden, "\(principal.name) may not see or do this")
            }
            return try await handler(request, context)
        }
    }

    /// What goes wrong is shown as a page, with the status that a program would get.
    private func answer(
        _ request: Request, _ context: SignalboxRequestContext, _ handler: Handler
    ) async throws -> Response {
        do { return try await handler(request, context) } catch {
            let known = APIError(error)
            // Our own fault: the middleware logs it. The page says no more than that.
            if known.kind == .internal { throw error }
            let notice = NoticeView(
                tabTitle: known.status.reasonPhrase, message: known.message,
                advice: known.kind == .forbidden ? "Ask an admin for another role, or reload and try again." : nil)
            return try screen(notice, "notice", nil, request, context, status: known.status)
        }
    }

    /// Set by our scripts when they want the changing part of a page only.
    static let fragmentHeader = HTTPField.Name("X-Signalbox-Fragment")

    /// Renders `template` around `content`, or its `-region` alone for a script that follows along.
    func screen(
        _ content: some Sendable, _ template: String, _ section: Shell.Section?, _ request: Request,
        _ context: SignalboxRequestContext, isLive: Bool = false, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let shell = Shell(section, request: request, context: context, assets: assets.prefix, isLive: isLive)
        let isFragment = isLive && Self.fragmentHeader.map { request.headers[$0] != nil } ?? false
        let text = try templates.render(
            Screen(shell: shell, content: content), with: isFragment ? template + "-region" : template)
        return ConsoleResponse.html(text, status: status)
    }

    func form(_ request: Request) async throws -> FormParameters {
        let body = try await request.body.collect(upTo: Self.formBytesMax)
        return try FormParameters(String(buffer: body))
    }

    /// What the URL says after `?`.
    func query(_ request: Request) throws -> FormParameters { try FormParameters(request.uri.query ?? "") }

    func mayRespond(_ context: SignalboxRequestContext) -> Bool { context.principal?.may(.respond) ?? false }
}
