package import Basics

/// Which of two agents that scrape the same cluster is listened to: the first that is heard, until it falls silent.
/// The other's samples are acknowledged and dropped. As Mimir's HA tracker does, with memory alone: after a restart
/// the first one heard is elected anew.
package struct ReplicaElection: Sendable {
    /// Clusters with pairs of agents; a new one beyond it takes the place of the one unheard for longest.
    package static let clustersMax = 10_000

    package struct Elected: Sendable, Hashable {
        package var replica: String
        /// By uptime.
        package var heardAt: Duration
        /// Since the start.
        package var changes = 0
    }

    package let failoverTimeout: Duration
    package private(set) var clusters: [String: Elected] = [:]

    package init(failoverTimeout: Duration) { self.failoverTimeout = failoverTimeout }

    /// Whether samples of `replica`, come in at `now` (uptime), are to be taken.
    package mutating func admits(_ replica: String, of cluster: String, at now: Duration) -> Bool {
        guard var elected = clusters[cluster] else {
            if clusters.count >= Self.clustersMax,
                let silent = clusters.min(by: { $0.value.heardAt < $1.value.heardAt })
            {
                clusters[silent.key] = nil
            }
            clusters[cluster] = Elected(replica: replica, heardAt: now)
            return true
        }
        if elected.replica != replica {
            guard now - elected.heardAt >= failoverTimeout else { return false }
            elected.replica = replica
            elected.changes += 1
        }
        elected.heardAt = now
        clusters[cluster] = elected
        return true
    }
}
