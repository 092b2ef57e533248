/// How durations of spans become series.
package enum SpanHistograms: String, Sendable, Hashable, CaseIterable {
    /// A series for each of a few buckets.
    case classic
    /// One series with fine buckets (Prometheus' native histograms).
    case native
    case both
}

/// What of spans becomes series, and how many of these there may be.
package struct SpanMetricsSettings: Sendable, Hashable {
    /// Upper bounds of the buckets of durations, in seconds, ascending; one without bound follows.
    package var bucketSeconds = [
        0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384,
    ]
    package var histograms = SpanHistograms.classic
    /// Further services count as one, `other`.
    package var servicesMax = 1000
    /// Further operations of a service in an environment count as one, `other`.
    package var operationsOfServiceMax = 500
    /// Series of calls; beyond it everything new counts as service and operation `other`.
    package var seriesMax = 20_000
    /// Further pairs of services count as an edge to `other`.
    package var edgesMax = 10_000
    /// Sides of calls that wait for the other one; further ones are dropped, and counted.
    package var waitingMax = 50_000
    /// How long a side waits before it is counted as unpaired.
    package var waitingTime = Duration.seconds(15)
    /// A series nothing was added to for so long ends.
    package var idleTime = Duration.seconds(24 * 3600)

    package init() {}
}
