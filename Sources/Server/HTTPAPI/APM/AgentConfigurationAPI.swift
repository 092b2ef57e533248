import Basics
import HTTPTypes
package import Hummingbird
import Identity
import SignalModel
import WireFormats

/// What agents ask from time to time and obey: Elastic's central configuration, and the remote sampling of Jaeger, which
/// OpenTelemetry's SDKs can follow. Both answer from the one sampling table.
package struct AgentConfigurationAPI: Sendable {
    private let control: SamplingControl

    private static let bodyBytesMax = 64 << 10
    /// Agents come again after it.
    private static let pollSeconds = 30

    package init(control: SamplingControl) { self.control = control }

    package var endpoints: [Endpoint] {
        let path = APMAPI.folder + "/config/v1/agents"
        return [
            Endpoint(.get, path, .ingest, "Central configuration of Elastic's agents", agents),
            Endpoint(.post, path, .ingest, "The same, the service in the body", agents),
            Endpoint(.get, "/sampling", .ingest, "Jaeger's remote sampling; service=, environment=", sampling),
        ]
    }

    // MARK: Elastic's agents

    func agents(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        var (service, environment) = (form["service.name"] ?? "", form["service.environment"] ?? "")
        if request.method == .post {
            let body = Array(buffer: try await request.body.collect(upTo: Self.bodyBytesMax))
            let value: JSONValue
            do { value = try JSONValue(parsing: body) } catch { return Self.refusal("the body is no JSON: \(error)") }
            service = value["service"]?["name"]?.text ?? ""
            environment = value["service"]?["environment"]?.text ?? ""
        }
        guard !service.isEmpty else { return Self.refusal("service.name is required") }
        return Self.answer(
            rate(service, environment, context), known: form["ifnonematch"] ?? request.headers[.ifNoneMatch])
    }

    private static func answer(_ rate: SamplingRate?, known: String?) -> Response {
        var json = JSONWriter()
        json.object { json in
            guard let rate else { return }
            json.key("transaction_sample_rate")
            json.string(rate.text)
        }
        let version = rate.map { "rate-\($0.steps)" } ?? "-"
        let isKnown = known.map { $0.trimmingQuotes == version } ?? false
        var response = isKnown ? Response(status: .notModified) : Response.json(json)
        response.headers[.eTag] = "\"\(version)\""
        response.headers[.cacheControl] = "max-age=\(pollSeconds), must-revalidate"
        if let name = HTTPField.Name("Access-Control-Expose-Headers") { response.headers[name] = "Etag" }
        return response
    }

    private static func refusal(_ message: String) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("error")
            json.string(message)
        }
        return .json(json, status: .badRequest)
    }

    // MARK: Jaeger's remote sampling

    private func sampling(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        guard let service = form["service"], !service.isEmpty else {
            throw APIError(.badData, "service= is missing")
        }
        guard let rate = rate(service, form["environment"] ?? "", context) else {
            throw APIError(.notFound, "no rate is set for service \(quoted(service)): it decides for itself")
        }
        var json = JSONWriter()
        json.object { json in
            json.key("strategyType")
            json.string("PROBABILISTIC")
            json.key("probabilisticSampling")
            json.object { json in
                json.key("samplingRate")
                json.raw(rate.text)
            }
        }
        return .json(json)
    }

    /// A token's environment counts, whatever its sender says.
    private func rate(
        _ service: String, _ environment: String, _ context: SignalboxRequestContext
    ) -> SamplingRate? {
        let forced = context.principal?.forcedLabels.pairs.first { $0.name == "environment" }?.value
        return control.table.rate(service: service, environment: forced ?? environment)
    }
}

extension String {
    fileprivate var trimmingQuotes: Substring {
        var text = self[...]
        if text.first == "\"" { text = text.dropFirst() }
        if text.last == "\"" { text = text.dropLast() }
        return text
    }
}
