package import Basics
package import SignalModel

/// Where blocks are kept beyond the store's own retention.
package struct ArchiveSettings: Sendable {
    package var store: any ObjectStore
    /// Blocks that end this long before the newest sample are removed from it.
    package var retention: Duration
    /// Thanos tells stores apart by them.
    package var labels: Labels

    package init(store: any ObjectStore, retention: Duration, labels: Labels) {
        self.store = store
        self.retention = retention
        self.labels = labels
    }
}
