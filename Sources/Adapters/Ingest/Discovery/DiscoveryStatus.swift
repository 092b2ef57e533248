/// How one discovery does.
package struct DiscoveryStatus: Sendable, Hashable {
    package var mechanism: String
    /// Jobs that use it, sorted.
    package var jobs: [String]
    /// Targets found, before relabelling.
    package var targetCount = 0
    package var updateCount = 0
    package var failureCount = 0
    /// Why the latest look failed; nil when it went well, or there was none yet.
    package var failure: String?
    /// Where, if the mechanism looks at more than one place.
    package var failingPlace: String?
}
