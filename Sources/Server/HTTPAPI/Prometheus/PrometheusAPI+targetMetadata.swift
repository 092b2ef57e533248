import Hummingbird
import Ingest
import PromQL
import SignalModel
import WireFormats

extension PrometheusAPI {
    /// What targets say about their metrics; with `metric`, the entries do not repeat its name.
    func targetMetadata(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await PrometheusParameters.read(request)
        let metric = parameters.form["metric"] ?? ""
        let limit = try parameters.limit()
        var matchers: [Matcher] = []
        if let text = parameters.form["match_target"], !text.isEmpty {
            do { matchers = try PromQLParser.parseSelector(text) } catch {
                throw APIError(.badData, "invalid parameter \"match_target\": \(error)")
            }
        }
        let found = await scraping.targetMetadata().filter { target in
            matchers.allSatisfy { $0.matches(target.labels) }
        }
        return PrometheusEnvelope.success { json in
            var count = 0
            json.array { json in
                for target in found {
                    for record in target.records where metric.isEmpty || record.metric == metric {
                        if limit > 0, count == limit { return }
                        count += 1
                        Self.write(record, of: target.labels, named: metric.isEmpty, to: &json)
                    }
                }
            }
        }
    }

    private static func write(
        _ record: MetricMetadata, of target: Labels, named: Bool, to json: inout JSONWriter
    ) {
        json.object { json in
            json.key("target")
            json.labels(target)
            if named {
                json.key("metric")
                json.string(record.metric)
            }
            for (key, value) in [("type", record.type.rawValue), ("help", record.help), ("unit", record.unit)] {
                json.key(key)
                json.string(value)
            }
        }
    }
}
