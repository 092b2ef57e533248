package import SignalModel

/// Targets that were found together and share labels: Prometheus' unit of discovery.
package struct TargetGroup: Sendable, Hashable {
    /// Names the group among those of its discovery: a later group of the same source takes its place.
    package var source: String
    /// Of each target, with `__address__` (`host:port`) among them. Labels that begin with `__meta_` are what
    /// relabelling may look at.
    package var targets: [Labels]
    /// Of all targets; one that has such a label itself keeps its own.
    package var labels: Labels

    package init(source: String, targets: [Labels], labels: Labels = .empty) {
        self.source = source
        self.targets = targets
        self.labels = labels
    }

    /// Targets that are known by their address alone.
    package init(source: String, addresses: [String], labels: Labels = .empty) {
        self.init(
            source: source, targets: addresses.map { Labels([(name: TargetLabelName.address, value: $0)]) },
            labels: labels)
    }
}
