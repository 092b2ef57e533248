package import SignalModel
package import WireFormats

/// What one scrape came to.
package struct ScrapeOutcome: Sendable {
    /// To be stored, `.keepValid`.
    package var batch: SampleBatch
    package var metadata: [MetricMetadata]
    /// Nil when the scrape went well.
    package var failure: ScrapeFailure?
}
