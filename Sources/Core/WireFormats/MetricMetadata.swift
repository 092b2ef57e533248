/// What a sender says about one metric.
package struct MetricMetadata: Sendable, Hashable {
    package var metric: String
    package var type: MetricType
    package var help: String
    package var unit: String

    package init(metric: String, type: MetricType = .unknown, help: String = "", unit: String = "") {
        self.metric = metric
        self.type = type
        self.help = help
        self.unit = unit
    }
}
