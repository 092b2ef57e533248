/// Labels of a target by which discovery, configuration and relabelling say how it is to be scraped; Prometheus'
/// names.
package enum TargetLabelName {
    package static let address = "__address__"
    package static let scheme = "__scheme__"
    package static let metricsPath = "__metrics_path__"
    package static let interval = "__scrape_interval__"
    package static let timeout = "__scrape_timeout__"
    /// Followed by the name of a URL parameter.
    package static let parameterPrefix = "__param_"
    /// Of what discovery tells: gone after relabelling.
    package static let metaPrefix = "__meta_"
    /// Of every label that is not stored with the samples.
    package static let reservedPrefix = "__"
    package static let job = "job"
    package static let instance = "instance"
}
