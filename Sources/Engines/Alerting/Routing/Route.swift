package import SignalModel

/// One node of the routing tree, with what it inherits filled in.
package struct Route: Sendable, Hashable, Codable {
    /// Its place in `RouteTree.routes`, depth first; the root is 0.
    package var id: Int
    package var parent: Int?
    package var children: [Int]
    package var matchers: [Matcher]
    /// Later siblings are looked at although this one matched.
    package var continues: Bool
    package var receiver: String
    /// Sorted; without meaning where `groupsByAll`.
    package var groupBy: [String]
    package var groupsByAll: Bool
    package var groupWaitMilliseconds: Int64
    package var groupIntervalMilliseconds: Int64
    package var repeatIntervalMilliseconds: Int64
    /// Names of time intervals. Never inherited.
    package var muteTimeIntervals: [String]
    package var activeTimeIntervals: [String]
    /// As Alertmanager names it: the matchers on the way here, `{}/{team="a"}`.
    package var key: String

    /// The labels that make `labels` part of one group.
    package func groupLabels(_ labels: [String: String]) -> [String: String] {
        if groupsByAll { return labels }
        var result: [String: String] = [:]
        for name in groupBy { result[name] = labels[name] }
        return result
    }
}

/// What a file says of one route before anything is inherited.
package struct RouteSettings: Sendable, Hashable {
    package var receiver: String?
    package var matchers: [Matcher] = []
    package var continues = false
    /// `['...']` is every label; nil inherits.
    package var groupBy: [String]?
    package var groupWaitMilliseconds: Int64?
    package var groupIntervalMilliseconds: Int64?
    package var repeatIntervalMilliseconds: Int64?
    package var muteTimeIntervals: [String] = []
    package var activeTimeIntervals: [String] = []
    package var routes: [RouteSettings] = []

    package init() {}

    /// Stands in `group_by` for every label.
    package static let everyLabel = "..."
}
