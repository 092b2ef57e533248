/// Who calls whom.
package struct ServiceDependency: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case call = ""
        case messaging = "messaging_system"
        /// The one that is called is a database as its client names it.
        case database = "database"
    }

    package var client: String
    package var server: String
    package var kind: Kind
    /// Weighted by the rate with which the spans were sampled, as all counts.
    package var errorCount: Double
    /// As who is called sees it; of databases as the client does.
    package var durations: DurationSketch

    package var requestCount: Double { durations.count }
}

package struct ServiceDependencies: Sendable, Hashable {
    /// Most requests first.
    package var edges: [ServiceDependency] = []
    /// More calls than can be had in mind had their callers elsewhere, and are left out.
    package var isTruncated = false
}
