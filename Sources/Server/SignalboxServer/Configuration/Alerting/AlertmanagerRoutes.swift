import Alerting
import Basics
import SignalModel

/// `route:` and what is below it.
struct AlertmanagerRoutes {
    let receivers: Set<String>
    let intervals: Set<String>
    private var count = 0

    init(receivers: Set<String>, intervals: Set<String>) {
        self.receivers = receivers
        self.intervals = intervals
    }

    mutating func root(_ node: ConfigurationNode) -> RouteSettings? {
        guard let route = decode(node, depth: 0) else { return nil }
        if route.receiver == nil { node.note("root route must specify a default receiver") }
        if !route.matchers.isEmpty { node.note("root route must not have any matchers") }
        if !route.muteTimeIntervals.isEmpty { node.note("root route must not have any mute time intervals") }
        if !route.activeTimeIntervals.isEmpty { node.note("root route must not have any active time intervals") }
        return route
    }

    private mutating func decode(_ node: ConfigurationNode, depth: Int) -> RouteSettings? {
        guard var reader = node.mapping() else { return nil }
        count += 1
        if count > AlertingLimits.routesMax || depth > AlertingLimits.routeDepthMax {
            node.note(
                "at most \(AlertingLimits.routesMax) routes, \(AlertingLimits.routeDepthMax) inside one another")
            return nil
        }
        var route = RouteSettings()
        if let receiver = reader["receiver"], let name = receiver.string(), !name.isEmpty {
            if !receivers.contains(name) { receiver.note("undefined receiver \(quoted(name)) used in route") }
            route.receiver = name
        }
        route.matchers = AlertmanagerMatchers.read(&reader, prefix: "")
        route.continues = reader["continue"]?.bool() ?? false
        route.groupBy = reader["group_by"].map(Self.groupBy)
        route.groupWaitMilliseconds = reader["group_wait"]?.duration()?.milliseconds
        route.groupIntervalMilliseconds = Self.interval(reader["group_interval"], "group_interval")
        route.repeatIntervalMilliseconds = Self.interval(reader["repeat_interval"], "repeat_interval")
        route.muteTimeIntervals = names(reader["mute_time_intervals"])
        route.activeTimeIntervals = names(reader["active_time_intervals"])
        for child in reader["routes"]?.list() ?? [] {
            if let child = decode(child, depth: depth + 1) { route.routes.append(child) }
        }
        reader.finish()
        return route
    }

    private static func interval(_ node: ConfigurationNode?, _ name: String) -> Int64? {
        guard let node, let value = node.duration() else { return nil }
        if value == .zero { node.note("\(name) cannot be zero") }
        return value.milliseconds
    }

    private static func groupBy(_ node: ConfigurationNode) -> [String] {
        var names: [String] = []
        for element in node.list() {
            guard let name = element.string() else { continue }
            if name.isEmpty { element.note("invalid label name \"\" in group_by list") }
            if names.contains(name) { element.note("duplicated label \(quoted(name)) in group_by") }
            names.append(name)
        }
        if names.contains(RouteSettings.everyLabel), names.count > 1 {
            node.note("cannot have wildcard group_by (`...`) and other labels at the same time")
        }
        return names
    }

    private func names(_ node: ConfigurationNode?) -> [String] {
        (node?.list() ?? []).compactMap { element in
            guard let name = element.string() else { return nil }
            if !intervals.contains(name) { element.note("undefined time interval \(quoted(name)) used in route") }
            return name
        }
    }
}
