import Basics
import HTTPAPI
import Hummingbird

/// Targets and rules as tables; what the program is made of.
extension ConsoleRoutes {
    func targetsPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let view = TargetsView(await backend.targets(), now: clock.now())
        return try screen(view, "targets", .targets, request, context, isLive: true)
    }

    func rulesPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let view = RulesView(await backend.ruleGroups(), now: clock.now())
        return try screen(view, "rules", .rules, request, context, isLive: true)
    }

    func aboutPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let licence = assets.files["dygraphs-licence.txt"].map { String(buffer: $0.bytes) } ?? ""
        return try screen(AboutView(licence: licence), "about", nil, request, context)
    }
}

/// Whose work is in the pages besides ours.
struct AboutView: Sendable {
    let tabTitle = "About"
    let licence: String
}
