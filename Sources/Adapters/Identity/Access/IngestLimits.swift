/// What one ingest token may send; nil leaves it to the server's own budgets.
package struct IngestLimits: Sendable, Hashable, Codable {
    /// Beyond it a request is answered 429 with Retry-After.
    package var samplesPerSecond: Int?
    /// Beyond it new series are refused, known ones go on.
    package var activeSeriesMax: Int?

    package init(samplesPerSecond: Int? = nil, activeSeriesMax: Int? = nil) {
        self.samplesPerSecond = samplesPerSecond
        self.activeSeriesMax = activeSeriesMax
    }
}
