package import Basics
package import SignalModel

package struct RangeSeries: Sendable, Hashable {
    package var labels: Labels
    package var samples: [Sample]
    package init(labels: Labels, samples: [Sample]) {
        self.labels = labels
        self.samples = samples
    }
}

package struct InstantSeries: Sendable, Hashable {
    package var labels: Labels
    package var sample: Sample
    package init(labels: Labels, sample: Sample) {
        self.labels = labels
        self.sample = sample
    }
}

package enum QueryValue: Sendable, Hashable {
    case scalar(Sample)
    case string(String, at: Timestamp)
    case vector([InstantSeries])
    case matrix([RangeSeries])
}

package struct QueryResult: Sendable {
    /// Values are floats, and boxes with places in `histograms`.
    package var value: QueryValue
    package var histograms: [NativeHistogram]
    /// Full texts, from `PromQL warning: ` to the place in the query: what the envelope lists.
    package var warnings: [String]
    package var infos: [String]
    /// Samples read from the store, for `stats` and the self metrics.
    package var samplesTouched: Int
    /// The most points that were held at once; what `samplesMax` bounds.
    package var samplesPeak: Int

    package init(
        value: QueryValue, histograms: [NativeHistogram] = [], warnings: [String] = [], infos: [String] = [],
        samplesTouched: Int = 0,
        samplesPeak: Int = 0
    ) {
        self.value = value
        self.histograms = histograms
        self.warnings = warnings
        self.infos = infos
        self.samplesTouched = samplesTouched
        self.samplesPeak = samplesPeak
    }
}
