import Basics
import HTTPAPI
import Hummingbird
import Ingest
import Response

/// Targets and rules as tables; what the program is made of.
extension ConsoleRoutes {
    func targetsPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let view = TargetsView(await backend.targets(), await backend.pools(), now: clock.now())
        return try screen(view, "targets", .targets, request, context, isLive: true)
    }

    /// One target, named by its job and URL, or a dropped one by its job and key.
    func targetPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try query(request)
        let job = form["job"] ?? ""
        let pool = await backend.pools().first { $0.name == job }
        let view: TargetView
        if let url = form["url"], let pool,
            let target = await backend.targets().first(where: { $0.pool == job && $0.url == url })
        {
            view = TargetView(target, pool, now: clock.now())
        } else if let key = form["key"], let pool,
            let labels = pool.dropped.first(where: { TargetView.key($0) == key })
        {
            view = TargetView(dropped: labels, pool, now: clock.now())
        } else {
            throw APIError(.notFound, "There is no such target now. What is found may have changed.")
        }
        return try screen(view, "target", .targets, request, context, isLive: true)
    }

    func rulesPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let view = RulesView(await backend.ruleGroups(), now: clock.now())
        return try screen(view, "rules", .rules, request, context, isLive: true)
    }

    func settingsPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let view = SettingsView(backend.operations.configuration, mayRespond: mayRespond(context))
        return try screen(view, "settings", nil, request, context)
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

/// What concerns one person on one device; their browser fills it.
struct SettingsView: Sendable {
    let tabTitle = "Settings"
    /// Whether test pages are offered.
    let mayRespond: Bool
    /// Whom a test page may go to.
    let people: [Person]

    struct Person: Sendable {
        let key: String
        let name: String
    }

    init(_ configuration: PagingConfiguration, mayRespond: Bool) {
        self.mayRespond = mayRespond
        people = configuration.people.keys.sorted().map { Person(key: $0, name: NextStep.name($0, configuration)) }
    }
}
