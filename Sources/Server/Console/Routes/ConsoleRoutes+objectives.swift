import Basics
import HTTPAPI
import Hummingbird
import Identity
import Response
import Rules
import SignalModel

/// Budgets, the gate and what was agreed on.
extension ConsoleRoutes {
    func objectivesPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let view = ObjectivesView(
            backend.budgets, backend.operations, decide: backend.gateDecision, now: clock.now(),
            mayBreakGlass: context.principal?.may(.breakGlass) ?? false,
            asksPerson: context.principal?.kind != .user)
        return try screen(view, "objectives", .objectives, request, context, isLive: true)
    }

    func objectivePage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let name = FormParameters.decode(pathPart: try context.parameters.require("name"))
        guard let standing = backend.budgets?.first(where: { $0.objective == name }) else {
            throw APIError(.notFound, "There is no objective \(quoted(name)), or it has not been counted yet.")
        }
        let outage = try query(request).integer(
            "outage", in: 1...ObjectiveView.outageMax, absent: ObjectiveView.outageStandard)
        let points = try await backend.budgetHistory(
            name, from: standing.windowStart, to: standing.at, stepMinutes: BurnDown.stepMinutes(standing))
        let view = ObjectiveView(
            BurnDown(standing: standing, points: points), backend.operations, outage: outage, now: clock.now())
        return try screen(view, "objective", .objectives, request, context, isLive: true)
    }

    func breakGlass(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try await form(request)
        try await requireOwnForm(form, request, context)
        let minutes = try form.integer("minutes", in: 1...1440, absent: 60)
        try await backend.breakGlass(
            BreakGlassWish(
                service: form["service"] ?? "", environment: form["environment"] ?? "", reason: form["reason"] ?? "",
                minutes: minutes, person: form["person"]), by: context.principal, from: context.remoteAddress)
        return ConsoleResponse.redirect(to: "/objectives")
    }

    func restoreGlass(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let id = try context.parameters.require("id")
        try await requireOwnForm(try await form(request), request, context)
        try await backend.restoreGlass(id, by: context.principal, from: context.remoteAddress)
        return ConsoleResponse.redirect(to: "/objectives")
    }

    func agreementsPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let text = try query(request)["month"]
        let current = ReportMonth(containing: clock.now())
        guard let month = text.map({ ReportMonth($0) }) ?? current, month <= current else {
            throw APIError(.badData, "month must be one such as \(current), not later than this")
        }
        let report = try await backend.monthlyReport(month)
        var months = [current]
        while months.count < Self.monthsShown { months.append(months[months.count - 1].previous) }
        return try screen(AgreementsView(report, months: months), "agreements", .objectives, request, context)
    }

    private static let monthsShown = 13
}
