/// What became of one remote-write request beside the samples in its batch.
package struct RemoteWriteReport: Sendable {
    /// A series left out because of its labels.
    package struct SkippedSeries: Sendable, Hashable {
        /// Its place in the request, from zero.
        package var index: Int
        package var problem: SeriesProblem
        /// Its labels as far as they can be read, shortened.
        package var labels: String
    }

    /// Skipped series told in detail; the others are only counted.
    package static let skippedSeriesMax = 16
    /// Metadata records kept of one request; agents send 2 000. The others are counted and come again anyway.
    package static let metadataMax = 10_000

    package internal(set) var seriesCount = 0
    package internal(set) var skippedSeries: [SkippedSeries] = []
    package internal(set) var skippedSeriesCount = 0
    package internal(set) var skippedSampleCount = 0
    package internal(set) var histogramCount = 0
    /// What is wrong with histograms that were left out, of the first ones.
    package internal(set) var badHistograms: [String] = []
    package internal(set) var badHistogramCount = 0
    /// What is wrong with exemplars that were left out, of the first ones. Their series are not.
    package internal(set) var badExemplars: [String] = []
    package internal(set) var badExemplarCount = 0
    package internal(set) var metadata: [MetricMetadata] = []
    package internal(set) var droppedMetadataCount = 0
}
