package import SignalModel
package import WireFormats

/// What one target says about its metrics.
package struct TargetMetadata: Sendable, Hashable {
    package var labels: Labels
    package var records: [MetricMetadata]

    package init(labels: Labels, records: [MetricMetadata]) {
        self.labels = labels
        self.records = records
    }
}
