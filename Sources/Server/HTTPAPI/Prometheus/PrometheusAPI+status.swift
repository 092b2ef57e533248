import Hummingbird
import SignalModel

extension PrometheusAPI {
    /// No `features` key: Grafana then takes the server for a plain Prometheus, which it is to Grafana.
    func buildInformation(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        PrometheusEnvelope.success { json in
            json.object { json in
                for (key, value) in [
                    ("version", "3.0.0+signalbox." + build.version), ("revision", ""), ("branch", ""),
                    ("buildUser", ""), ("buildDate", ""), ("goVersion", ""),
                ] {
                    json.key(key)
                    json.string(value)
                }
            }
        }
    }
}
