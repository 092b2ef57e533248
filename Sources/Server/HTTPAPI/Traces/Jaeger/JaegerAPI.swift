import Basics
import Hummingbird
import Identity
import Logs
import SignalModel
import Traces

/// Jaeger's query API v1 below `/jaeger`, as Grafana's datasource and Jaeger's own interface call it.
package struct JaegerAPI: Sendable {
    let queries: TraceQueries

    private static let folder = "/jaeger/api"

    package init(queries: TraceQueries) { self.queries = queries }

    package var endpoints: [Endpoint] {
        let routes: [(String, String, Endpoint.Handler)] = [
            ("/services", "Jaeger: names of services", services),
            ("/services/{service}/operations", "Jaeger: names of operations of a service", operations),
            ("/operations", "Jaeger: operations with their kinds; service, spanKind", operationsWithKinds),
            (
                "/traces", "Jaeger: traces; service, operation, tags, minDuration, maxDuration, start, end, limit",
                traces
            ),
            ("/traces/{trace}", "Jaeger: a trace", trace),
            ("/dependencies", "Jaeger: who calls whom; endTs, lookback", dependencies),
        ]
        return routes.map { Endpoint(.get, Self.folder + $0, .queryTelemetry, $1, $2) }
            + JaegerV3API(queries: queries).endpoints
    }

    private func services(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await queries.run(context) { reader in
            let names = try reader.services()
            return .json(
                JaegerJSON.answer(total: names.count) { json in
                    json.array { json in for name in names { json.string(name) } }
                })
        }
    }

    private func operations(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let service = FormParameters.decode(pathPart: try context.parameters.require("service"))
        return try await queries.run(context) { reader in
            let names = Set(try reader.operations(of: service).map(\.name)).sorted()
            return .json(
                JaegerJSON.answer(total: names.count) { json in
                    json.array { json in for name in names { json.string(name) } }
                })
        }
    }

    private func operationsWithKinds(
        _ request: Request, _ context: SignalboxRequestContext
    ) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        guard let service = form["service"] else { throw APIError(.badData, "service is missing") }
        let kind = form["spanKind"].flatMap { $0.isEmpty ? nil : $0 }
        return try await queries.run(context) { reader in
            let found = try reader.operations(of: service).filter { kind == nil || $0.kind.text == kind }
            return .json(
                JaegerJSON.answer(total: found.count) { json in
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
                })
        }
    }

    private func traces(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let ids = try form.all("traceID").map { try TraceQueries.trace($0) }
        let query = try ids.isEmpty ? Self.query(form) : nil
        return try await queries.run(context) { reader in
            var found = ids
            if let query {
                found = try reader.search(
                    TraceSearch(times: query.times, filter: query.filter, limit: query.limit, spansPerTrace: 0)
                ).map(\.trace)
            }
            let traces = try reader.spans(ofEach: found)
            return .json(
                JaegerJSON.answer(total: traces.count) { json in
                    json.array { json in for (id, spans) in traces { JaegerJSON.write(id, spans, to: &json) } }
                })
        }
    }

    private static func query(_ form: FormParameters) throws -> JaegerQuery {
        guard let service = form["service"], !service.isEmpty else { throw APIError(.badData, "service is missing") }
        var parts: [LogFilter] = [.field(SpanFields.service, service)]
        if let operation = form["operation"], !operation.isEmpty { parts.append(.field(SpanFields.name, operation)) }
        if let text = form["tags"], !text.isEmpty { parts += try JaegerQuery.tags(json: text) }
        for text in form.all("tag") {
            guard let colon = text.firstIndex(of: ":") else {
                throw APIError(.badData, "tag must be name:value, not \(quoted(text))")
            }
            parts.append(JaegerQuery.tag(String(text[..<colon]), String(text[text.index(after: colon)...])))
        }
        parts += JaegerQuery.durations(
            least: try form["minDuration"].flatMap {
                try $0.isEmpty ? nil : TraceParameters.nanoseconds($0, "minDuration")
            },
            most: try form["maxDuration"].flatMap {
                try $0.isEmpty ? nil : TraceParameters.nanoseconds($0, "maxDuration")
            })
        let start = try form["start"].map { try JaegerQuery.microseconds($0, "start") } ?? .min
        let end = try form["end"].map { try JaegerQuery.microseconds($0, "end") } ?? .max
        guard start <= end else { throw APIError(.badData, "start must not be after end") }
        return JaegerQuery(
            filter: .and(parts), times: start..<end.addingSaturated(1000),
            limit: try form.integer("limit", in: JaegerQuery.limitRange, absent: 20))
    }

    private func trace(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let id = try TraceQueries.trace(context.parameters.require("trace"))
        return try await queries.run(context) { reader in
            let spans = try reader.spans(of: id).spans
            // Grafana takes the first trace without a look whether there is one.
            guard !spans.isEmpty else { throw TraceQueries.unknown(id) }
            return .json(
                JaegerJSON.answer(total: 1) { json in
                    json.array { json in JaegerJSON.write(id, spans, to: &json) }
                })
        }
    }

    private func dependencies(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let now = queries.search.context.nowNanoseconds
        func milliseconds(_ name: String) throws -> Int64? {
            guard let text = form[name] else { return nil }
            guard let value = Int64(text), value >= 0, value < Int64.max / 1_000_000 else {
                throw APIError(.badData, "\(name) must be milliseconds, not \(quoted(text))")
            }
            return value * 1_000_000
        }
        let end = try milliseconds("endTs") ?? now
        let start = end.subtractingSaturated(try milliseconds("lookback") ?? 24 * TraceAPI.hour)
        guard start < end else { throw APIError(.badData, "lookback must be more than nothing") }
        return try await queries.run(context) { reader in
            let found = try reader.dependencies(times: start..<end).edges
            return .json(
                JaegerJSON.answer(total: found.count) { json in
                    json.array { json in
                        for edge in found {
                            json.object { json in
                                json.key("parent")
                                json.string(edge.client)
                                json.key("child")
                                json.string(edge.server)
                                json.key("callCount")
                                json.integer(Int(edge.requestCount.rounded()))
                            }
                        }
                    }
                })
        }
    }
}
