package import Basics
package import SignalModel

/// Figures for self telemetry and `/api/v1/status/tsdb`.
package struct DatabaseStatistics: Sendable {
    package var series: Int
    /// Finished and open ones.
    package var chunks: Int
    /// Nil while there are no samples.
    package var minTime: Timestamp?
    package var maxTime: Timestamp?
    package var appendedSamples: Int
    package var duplicateSamples: Int
    /// Samples stored that came after newer ones of their series.
    package var outOfOrderSamples: Int
    package var refusedSamples: [AppendOutcome.Reason: Int]
    package var createdSeries: Int
    package var removedSeries: Int
    package var labelPairs: Int
    package var blocks: Int
    package var blockBytes: Int
    package var compactions: CompactionCounts
    package var exemplars: ExemplarStatistics
    package var log: LogStatistics
    /// Bytes in the log's directory.
    package var logBytes: Int
}

/// The longest lists of the label index, longest first.
package struct CardinalityReport: Sendable {
    package struct Entry: Sendable, Hashable {
        package var name: String
        package var count: Int
    }

    package var seriesByMetricName: [Entry] = []
    package var valuesByLabelName: [Entry] = []
    /// Bytes of a name's values.
    package var bytesByLabelName: [Entry] = []
    /// Names are `label=value`.
    package var seriesByLabelPair: [Entry] = []
}
