/// What one ingest token may send; nil leaves it to the server's own budgets.
package struct IngestLimits: Sendable, Hashable, Codable {
    /// Beyond it a request is answered 503 with Retry-After, upon which every agent waits and sends it again. (429
    /// would make a Prometheus drop the samples: it retries that only where it is told to.)
    package var samplesPerSecond: Int?
    /// Beyond it new series are left out, known ones go on.
    package var activeSeriesMax: Int?
    /// A series with more labels, forced ones included, is left out.
    package var labelsPerSeriesMax: Int?
    /// A series with a longer label value, in bytes, is left out.
    package var labelValueBytesMax: Int?

    package init(
        samplesPerSecond: Int? = nil, activeSeriesMax: Int? = nil, labelsPerSeriesMax: Int? = nil,
        labelValueBytesMax: Int? = nil
    ) {
        self.samplesPerSecond = samplesPerSecond
        self.activeSeriesMax = activeSeriesMax
        self.labelsPerSeriesMax = labelsPerSeriesMax
        self.labelValueBytesMax = labelValueBytesMax
    }

    package static let none = IngestLimits()

    /// Each limit with the name it has in JSON.
    package static let fields: [(name: String, path: any WritableKeyPath<IngestLimits, Int?> & Sendable)] = [
        ("samples_per_second", \.samplesPerSecond), ("active_series_max", \.activeSeriesMax),
        ("labels_per_series_max", \.labelsPerSeriesMax), ("label_value_bytes_max", \.labelValueBytesMax),
    ]
}
