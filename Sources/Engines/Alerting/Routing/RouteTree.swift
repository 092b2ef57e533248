import SignalModel

/// Who hears of which alert: Alertmanager's routing tree.
package struct RouteTree: Sendable, Hashable, Codable {
    /// Depth first, the root at 0.
    package private(set) var routes: [Route] = []

    package static let groupWaitDefault: Int64 = 30_000
    package static let groupIntervalDefault: Int64 = 300_000
    package static let repeatIntervalDefault: Int64 = 4 * 3_600_000

    /// The root matches everything, whatever its matchers say.
    package init(_ root: RouteSettings) {
        let base = Route(
            id: -1, parent: nil, children: [], matchers: [], continues: false, receiver: "", groupBy: [],
            groupsByAll: false, groupWaitMilliseconds: Self.groupWaitDefault,
            groupIntervalMilliseconds: Self.groupIntervalDefault,
            repeatIntervalMilliseconds: Self.repeatIntervalDefault, muteTimeIntervals: [], activeTimeIntervals: [],
            key: "")
        add(root, below: base)
    }

    package var root: Route { routes[0] }

    /// The routes that take `labels`: depth first, the first child that matches unless it continues, the node itself
    /// where no child does.
    package func match(_ labels: [String: String]) -> [Route] {
        var found: [Route] = []
        _ = collect(0, labels, &found)
        return found
    }

    private func collect(_ id: Int, _ labels: [String: String], _ found: inout [Route]) -> Bool {
        let route = routes[id]
        guard route.matchers.matches(labels) else { return false }
        var hasChild = false
        for child in route.children where collect(child, labels, &found) {
            hasChild = true
            if !routes[child].continues { break }
        }
        if !hasChild { found.append(route) }
        return true
    }

    private mutating func add(_ settings: RouteSettings, below parent: Route) {
        var route = parent
        route.id = routes.count
        route.parent = parent.id < 0 ? nil : parent.id
        route.children = []
        route.matchers = settings.matchers.sorted(by: Matcher.inKeyOrder)
        route.continues = settings.continues
        route.receiver = settings.receiver ?? parent.receiver
        if let names = settings.groupBy {
            route.groupsByAll = names.contains(RouteSettings.everyLabel)
            route.groupBy = route.groupsByAll ? [] : Set(names).sorted()
        }
        route.groupWaitMilliseconds = settings.groupWaitMilliseconds ?? parent.groupWaitMilliseconds
        route.groupIntervalMilliseconds = settings.groupIntervalMilliseconds ?? parent.groupIntervalMilliseconds
        route.repeatIntervalMilliseconds = settings.repeatIntervalMilliseconds ?? parent.repeatIntervalMilliseconds
        route.muteTimeIntervals = settings.muteTimeIntervals
        route.activeTimeIntervals = settings.activeTimeIntervals
        route.key = (parent.id < 0 ? "" : parent.key + "/") + route.matchers.keyText
        routes.append(route)
        for child in settings.routes {
            routes[route.id].children.append(routes.count)
            add(child, below: routes[route.id])
        }
    }
}
