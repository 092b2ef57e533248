package import Basics
package import SignalModel

/// How one target does, as `/api/v1/targets` shows it.
package struct TargetStatus: Sendable, Hashable {
    package enum Health: String, Sendable, Hashable { case up, down, unknown }

    package var pool: String
    package var url: String
    package var labels: Labels
    package var discovered: Labels
    package var health = Health.unknown
    package var lastError = ""
    package var lastScrape: Timestamp?
    package var lastDuration = Duration.zero
    package var interval: Duration
    package var timeout: Duration
}

/// Where the API learns about targets.
package protocol TargetReporting: Sendable {
    /// Sorted by pool and URL.
    func targets() async -> [TargetStatus]
    var metadata: MetadataCatalog { get }
}
