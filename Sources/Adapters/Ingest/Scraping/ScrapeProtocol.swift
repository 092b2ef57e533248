/// A format of expositions, as `scrape_protocols` names it.
package enum ScrapeProtocol: String, Sendable, Hashable, CaseIterable {
    case prometheusProto = "PrometheusProto"
    case openMetrics001 = "OpenMetricsText0.0.1"
    case openMetrics100 = "OpenMetricsText1.0.0"
    case text004 = "PrometheusText0.0.4"
    case text100 = "PrometheusText1.0.0"

    /// What is read alike whatever its version.
    package enum Format: Sendable, Hashable {
        case text, openMetrics, protobuf
    }

    package var format: Format {
        switch self {
        case .prometheusProto: .protobuf
        case .openMetrics001, .openMetrics100: .openMetrics
        case .text004, .text100: .text
        }
    }

    /// In the Accept header. The newer texts have a way to say that names need no escaping.
    var mediaType: String {
        switch self {
        case .prometheusProto:
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
        case .openMetrics001: "application/openmetrics-text;version=0.0.1"
        case .openMetrics100: "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8"
        case .text004: "text/plain;version=0.0.4"
        case .text100: "text/plain;version=1.0.0;escaping=allow-utf-8"
        }
    }
}
