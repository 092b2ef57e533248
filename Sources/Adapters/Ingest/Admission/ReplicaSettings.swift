package import Basics

/// How pairs of agents that scrape the same targets are told apart.
package struct ReplicaSettings: Sendable, Hashable {
    /// Tells the pair from other clusters' pairs.
    package var clusterLabel = "cluster"
    /// Tells the two agents apart; removed from what is stored.
    package var replicaLabel = "__replica__"
    /// So long the elected agent may be silent before the other one is listened to.
    package var failoverTimeout: Duration = .seconds(30)

    package init() {}
}
