import Basics
import Hummingbird
import PromQL
import SignalModel

extension PrometheusAPI {
    /// Exemplars of the series that the expression's selectors choose, whatever it does with them.
    func exemplars(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await PrometheusParameters.read(request)
        let start = try parameters.time("start", absent: .distantPast)
        let end = try parameters.time("end", absent: .distantFuture)
        guard end >= start else {
            throw APIError(.badData, "end timestamp must not be before start timestamp")
        }
        let selectors: [[Matcher]]
        do {
            let expression = try PromQLParser.parse(parameters.form["query"] ?? "", options: language)
            selectors = expression.selectors.map(\.matchers)
        } catch {
            throw APIError(.badData, error.message)
        }
        guard !selectors.isEmpty else { return Response(status: .noContent) }
        let source = exemplarSource
        return try await threads.run {
            let found = try source.exemplars(selectors, from: start, through: end)
            return PrometheusEnvelope.success { json in
                json.array { json in
                    for series in found { json.exemplars(of: series) }
                }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func exemplars(of series: ExemplarSeries) {
        object { json in
            json.key("seriesLabels")
            json.labels(series.labels)
            json.key("exemplars")
            json.array { json in
                for exemplar in series.exemplars {
                    json.object { json in
                        json.key("labels")
                        json.labels(exemplar.labels)
                        json.key("value")
                        json.string(ValueFormat.json(exemplar.value))
                        json.key("timestamp")
                        json.seconds(exemplar.timestamp)
                    }
                }
            }
        }
    }
}
