/// What kind of thing a metric measures, in the words of Prometheus' API.
package enum MetricType: String, Sendable, Hashable, CaseIterable {
    // In the order of prompb's `MetricMetadata.MetricType`.
    case unknown
    case counter
    case gauge
    case histogram
    case gaugeHistogram = "gaugehistogram"
    case summary
    case info
    case stateSet = "stateset"
}
