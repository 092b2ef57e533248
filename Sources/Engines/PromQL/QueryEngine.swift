package import Basics
package import SignalModel

/// Limits of one query and of the engine.
package struct QueryLimits: Sendable {
    /// Beyond this a query ends with `query timed out in expression evaluation`.
    package var timeout: Duration = .seconds(120)
    /// Points held at once; beyond it the query ends with `query processing would load too many samples into memory`.
    package var samplesMax = 50_000_000
    /// How far back an instant selector looks for a value.
    package var lookback: Duration = .seconds(300)
    /// Step of subqueries that name none: the global evaluation interval.
    package var defaultSubqueryStep: Duration = .seconds(60)
    package var experimentalFunctions = false

    package init() {}
}

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
    package var value: QueryValue
    /// Full texts, without the `PromQL warning: ` split: what the envelope lists.
    package var warnings: [String]
    package var infos: [String]
    /// Points read and produced, for `stats` and the self metrics.
    package var samplesTouched: Int

    package init(value: QueryValue, warnings: [String] = [], infos: [String] = [], samplesTouched: Int = 0) {
        self.value = value
        self.warnings = warnings
        self.infos = infos
        self.samplesTouched = samplesTouched
    }
}

/// Lets whoever started a query end it. Checked between blocks of work, so a query ends within milliseconds.
package protocol QueryCancellation: Sendable {
    var isCancelled: Bool { get }
}
