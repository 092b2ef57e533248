package import SignalModel

/// What one exposition says: samples, and what it tells about its metrics.
package struct ScrapeBatch: Sendable {
    /// A label with an empty value is packed too: no stored series has such, but see `TargetLabels`.
    package internal(set) var samples = SampleBatch()
    /// Indices in `samples.entries`, ascending, of series that came with a timestamp of their own.
    package internal(set) var timedEntries: [Int] = []
    package internal(set) var metadata: [MetricMetadata] = []

    package init() {}

    package mutating func removeAll() {
        samples.removeAll()
        timedEntries.removeAll(keepingCapacity: true)
        metadata.removeAll(keepingCapacity: true)
    }
}
