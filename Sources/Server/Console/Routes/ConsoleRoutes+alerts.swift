import Basics
import HTTPAPI
import Hummingbird
import Identity
import Response

/// Pages: what burns now, the list of all, each by itself, and what people do about them.
extension ConsoleRoutes {
    func nowPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let state = backend.operations
        let figures = await meter.figures()
        let health = [
            HealthCard.ingest(figures), .series(figures), .log(figures), .targets(await backend.targets()),
            .rules(await backend.ruleGroups()), .outbox(state),
        ]
        let view = NowView(
            state, journalFailure: backend.journalFailure, health: health, now: clock.now(),
            mayRespond: mayRespond(context))
        return try screen(view, "now", .now, request, context, isLive: true)
    }

    func alertsPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let filter = AlertFilter(try query(request))
        let state = backend.operations
        var closed: [Page]?
        if let search = filter.search(limit: AlertsView.rowsMax) {
            closed = try await backend.pageArchive.closed(state, search)
        }
        let view = AlertsView(filter, state, closed: closed, now: clock.now(), mayRespond: mayRespond(context))
        return try screen(view, "alerts", .alerts, request, context, isLive: true)
    }

    func pagePage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let id = try context.parameters.require("id")
        let state = backend.operations
        var found = state.page(id)
        if found == nil { found = try await backend.pageArchive.page(id) }
        guard let page = found else { throw APIError(.notFound, "There is no page \(id).") }
        let view = PageView(page, state, now: clock.now(), mayRespond: mayRespond(context))
        return try screen(view, "page", .alerts, request, context, isLive: true)
    }

    func act(
        _ action: PageActions, _ request: Request, _ context: SignalboxRequestContext
    ) async throws -> Response {
        let id = try context.parameters.require("id")
        let form = try await form(request)
        try await requireOwnForm(form, request, context)
        // The page as it is now, not as the sender saw it: somebody may have been faster.
        guard backend.operations.page(id) != nil else { throw APIError(.notFound, "There is no page \(id).") }
        let input = try action.input(page: id, by: context.principal?.name ?? "", form, now: clock.now())
        try await backend.act(on: id, input)
        return ConsoleResponse.redirect(to: LocalTarget(form["next"] ?? "/alerts/\(id)").path)
    }
}
