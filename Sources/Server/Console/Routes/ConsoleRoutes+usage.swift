import Basics
import HTTPAPI
import Hummingbird
import Identity
import Ingest
import PromQL
import SignalModel

/// Who uses the store, and the way to end a query.
extension ConsoleRoutes {
    func usagePage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try query(request)
        let match = form["match"] ?? ""
        let label = form["label"] ?? Labels.metricName
        var problem: String?
        var usage = SeriesUsage()
        do {
            let matchers = match.isEmpty ? [] : try PromQLParser.parseSelectors([match])[0]
            usage = try await backend.usage(matchers, label: label, limit: UsageView.barsMax)
        } catch let error as QueryError {
            problem = error.message
        }
        let view = UsageView(
            usage, match: match, label: label, problem: problem, running: backend.queries.running,
            heaviest: backend.queries.heaviest, admission: backend.admissionStatistics, uptime: clock.uptime(),
            mayEnd: context.principal?.may(.endQueries) ?? false, now: clock.now())
        return try screen(view, "usage", .usage, request, context, isLive: true)
    }

    func endQuery(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let id = try context.parameters.require("id")
        try await requireOwnForm(try await form(request), request, context)
        // One that is over by now needs no ending.
        _ = backend.queries.end(id, by: context.principal?.auditName ?? "")
        return ConsoleResponse.redirect(to: "/usage")
    }
}
