import Basics

extension Dispatcher {
    /// All but the groups and what was told of them.
    var withoutGroups: Dispatcher {
        var rest = self
        (rest.groups, rest.inFlight, rest.log.entries, rest.timers) = ([:], [:], [:], TimerQueue())
        return rest
    }

    mutating func restore(_ group: AlertGroup) {
        groups[group.id] = group
        timers.set(group.id, at: group.dueAtMilliseconds)
    }
}

/// A group as it is kept: its key, which mostly is its route's and its own labels, is left out where it can be made.
package struct AlertGroupRecord: Sendable, Codable {
    private var key: String?
    private var group: AlertGroup

    package init(_ group: AlertGroup, _ tree: RouteTree?) {
        var kept = group
        kept.key = ""
        let isMade = Self.key(kept, tree) == group.key
        key = isMade ? nil : group.key
        self.group = kept
    }

    package func restored(_ tree: RouteTree?) -> AlertGroup? {
        guard let key = key ?? Self.key(group, tree) else { return nil }
        var restored = group
        restored.key = key
        return restored
    }

    /// The id is the route's number and the labels, the key is its key and the labels.
    private static func key(_ group: AlertGroup, _ tree: RouteTree?) -> String? {
        guard let routes = tree?.routes, routes.indices.contains(group.route),
            let colon = group.id.utf8.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        return routes[group.route].key + group.id[colon...]
    }
}
