import SignalModel

/// Where in a batch's metadata a metric is described: an exposition says it line by line.
struct MetadataBook {
    /// Metrics described in one exposition; what is said about more is dropped, as it serves only people.
    static let metricsMax = 20_000

    private var places: [String: Int] = [:]

    mutating func removeAll() { places.removeAll(keepingCapacity: true) }

    mutating func note(_ metric: String, in batch: inout ScrapeBatch, _ change: (inout MetricMetadata) -> Void) {
        if let place = places[metric] { return change(&batch.metadata[place]) }
        guard batch.metadata.count < Self.metricsMax else { return }
        var record = MetricMetadata(metric: metric)
        change(&record)
        places[metric] = batch.metadata.count
        batch.metadata.append(record)
    }
}
