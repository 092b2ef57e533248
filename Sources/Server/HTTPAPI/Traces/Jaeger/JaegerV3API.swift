import Hummingbird
import Identity
import Logs
import SignalModel
import Traces
import WireFormats

/// Jaeger's query API v3 below `/jaeger/api/v3`: OTLP's JSON inside `{"result":…}` (proto/api_v3/query_service.proto).
struct JaegerV3API: Sendable {
    let queries: TraceQueries

    private static let folder = "/jaeger/api/v3"

    var endpoints: [Endpoint] {
        let routes: [(String, String, Endpoint.Handler)] = [
            ("/services", "Jaeger v3: names of services", services),
            ("/operations", "Jaeger v3: operations with their kinds; service, span_kind", operations),
            ("/traces", "Jaeger v3: traces; query.service_name, query.start_time_min, query.search_depth …", traces),
            ("/traces/{trace}", "Jaeger v3: a trace", trace),
        ]
        return routes.map { Endpoint(.get, Self.folder + $0, .queryTelemetry, $1, $2) }
    }

    private func services(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await queries.run(context) { reader in
            let names = try reader.services()
            var json = JSONWriter()
            json.object { json in
                json.key("services")
                json.array { json in for name in names { json.string(name) } }
            }
            return .json(json)
        }
    }

    private func operations(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        guard let service = form["service"] else { throw APIError(.badData, "service is missing") }
        let kind = (form["span_kind"] ?? form["spanKind"]).flatMap { $0.isEmpty ? nil : $0.lowercased() }
        return try await queries.run(context) { reader in
            let found = try reader.operations(of: service).filter { kind == nil || $0.kind.text == kind }
            var json = JSONWriter()
            json.object { json in
                json.key("operations")
                json.array { json in
                    for operation in found {
                        json.object { json in
                            json.key("name")
                            json.string(operation.name)
                            json.key("spanKind")
                            json.string(operation.kind == .unspecified ? "" : operation.kind.text)
                        }
                    }
                }
            }
            return .json(json)
        }
    }

    private func traces(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let query = try Self.query(try FormParameters(request.uri.query ?? ""))
        return try await queries.run(context) { reader in
            let found = try reader.search(
                TraceSearch(times: query.times, filter: query.filter, limit: query.limit, spansPerTrace: 0))
            return Self.answer(try reader.spans(ofEach: found.map(\.trace)).flatMap(\.spans))
        }
    }

    private static func answer(_ spans: [StoredSpan]) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("result")
            json.object { OTLPTraceJSON.write(spans, to: &$0) }
        }
        return .json(json)
    }

    /// Names of the protocol in either spelling: `query.service_name` and `query.serviceName`.
    private static func query(_ form: FormParameters) throws -> JaegerQuery {
        func value(_ name: String) -> String? {
            var camel = ""
            for (place, part) in name.split(separator: "_").enumerated() {
                camel += place == 0 ? String(part) : part.prefix(1).uppercased() + part.dropFirst()
            }
            let text = form["query." + name] ?? form["query." + camel]
            return text.flatMap { $0.isEmpty ? nil : $0 }
        }
        func time(_ name: String) throws -> Int64 {
            guard let text = value(name) else { throw APIError(.badData, "query.\(name) is missing") }
            guard let time = WireFormats.RecordTime.nanoseconds(text) else {
                throw APIError(.badData, "query.\(name) must be a time as 2026-11-23T10:00:00Z, not \(quoted(text))")
            }
            return time
        }
        var parts: [LogFilter] = []
        if let service = value("service_name") { parts.append(.field(SpanFields.service, service)) }
        if let name = value("operation_name") { parts.append(.field(SpanFields.name, name)) }
        if let text = value("attributes") { parts += try JaegerQuery.tags(json: text) }
        for entry in form.entries where entry.name.hasPrefix("query.attributes[") && entry.name.hasSuffix("]") {
            parts.append(JaegerQuery.tag(String(entry.name.dropFirst(17).dropLast()), entry.value))
        }
        parts += JaegerQuery.durations(
            least: try value("duration_min").map { try TraceParameters.nanoseconds($0, "query.duration_min") },
            most: try value("duration_max").map { try TraceParameters.nanoseconds($0, "query.duration_max") })
        let (start, end) = (try time("start_time_min"), try time("start_time_max"))
        guard start < end else {
            throw APIError(.badData, "query.start_time_min must be before query.start_time_max")
        }
        let depth = value("search_depth") ?? value("num_traces") ?? "20"
        guard let limit = Int(depth), JaegerQuery.limitRange.contains(limit) else {
            throw APIError(.badData, "query.search_depth must be from 1 to 1500, not \(quoted(depth))")
        }
        return JaegerQuery(filter: .and(parts), times: start..<end, limit: limit)
    }

    private func trace(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let id = try TraceQueries.trace(context.parameters.require("trace"))
        return try await queries.run(context) { reader in
            let spans = try reader.spans(of: id).spans
            guard !spans.isEmpty else { throw TraceQueries.unknown(id) }
            return Self.answer(spans)
        }
    }
}
