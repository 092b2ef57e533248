import Hummingbird
import Identity
import Logs
import NIOCore
import SignalModel
import Traces
import WireFormats

/// As much of Tempo's HTTP API below `/tempo` as Grafana's datasource needs: traces, searches, tags. Streams of answers
/// by gRPC and metrics from spans are not there.
package struct TempoAPI: Sendable {
    let queries: TraceQueries
    let version: String

    private static let folder = "/tempo"

    package init(queries: TraceQueries, version: String) {
        self.queries = queries
        self.version = version
    }

    package var endpoints: [Endpoint] {
        let routes: [(String, String, Endpoint.Handler)] = [
            ("/api/echo", "Tempo: says echo", { _, _ in .text("echo") }),
            ("/ready", "Tempo: says ready", { _, _ in .text("ready\n") }),
            ("/api/status/buildinfo", "Tempo: the version", buildInfo),
            ("/api/traces/{trace}", "Tempo: a trace, JSON or protobuf", trace),
            ("/api/v2/traces/{trace}", "Tempo: a trace in an envelope, JSON or protobuf", traceInEnvelope),
            ("/api/search", "Tempo: traces; q (TraceQL: one set of spans), tags, limit, spss, start, end", search),
            ("/api/search/tags", "Tempo: names of tags", tagNames),
            ("/api/v2/search/tags", "Tempo: names of tags by scope; scope, start, end", scopedTagNames),
            ("/api/search/tag/{tag}/values", "Tempo: values of a tag", tagValues),
            ("/api/v2/search/tag/{tag}/values", "Tempo: values of a tag with types; q, start, end", typedTagValues),
        ]
        return routes.map { Endpoint(.get, Self.folder + $0, .queryTelemetry, $1, $2) }
    }

    private func buildInfo(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var json = JSONWriter()
        json.object { json in
            for (name, text) in [
                ("version", version), ("revision", ""), ("branch", ""), ("buildDate", ""), ("buildUser", ""),
                ("goVersion", ""),
            ] {
                json.key(name)
                json.string(text)
            }
        }
        return .json(json)
    }

    // MARK: A trace

    private func spans(_ context: SignalboxRequestContext) async throws -> [StoredSpan] {
        let id = try TraceQueries.trace(context.parameters.require("trace"))
        return try await queries.run(context) { reader in
            let spans = try reader.spans(of: id).spans
            guard !spans.isEmpty else { throw TraceQueries.unknown(id) }
            return spans
        }
    }

    private static func wantsProtobuf(_ request: Request) -> Bool {
        request.headers[.accept]?.contains("application/protobuf") ?? false
    }

    private static func protobuf(_ bytes: [UInt8]) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/protobuf"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func trace(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let spans = try await spans(context)
        if Self.wantsProtobuf(request) { return Self.protobuf(OTLPTraceProtobuf.bytes(spans)) }
        var json = JSONWriter()
        json.object { OTLPTraceJSON.write(spans, member: "batches", idEncoding: Base64.text, to: &$0) }
        return .json(json)
    }

    private func traceInEnvelope(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let spans = try await spans(context)
        if Self.wantsProtobuf(request) {
            var envelope = ProtobufWriter()
            OTLPTraceProtobuf.bytes(spans).withUnsafeBytes { envelope.data(1, $0) }
            return Self.protobuf(envelope.bytes)
        }
        var json = JSONWriter()
        json.object { json in
            json.key("trace")
            json.object { OTLPTraceJSON.write(spans, idEncoding: Base64.text, to: &$0) }
        }
        return .json(json)
    }

    // MARK: Search

    private func search(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let search = try TempoQuery.search(form)
        return try await queries.run(context) { reader in
            let found = try reader.search(search)
            var json = JSONWriter()
            json.object { json in
                json.key("traces")
                json.array { json in for trace in found { TempoJSON.write(trace, to: &json) } }
                json.key("metrics")
                json.object { _ in }
            }
            return .json(json)
        }
    }

    // MARK: Tags

    private func tagNames(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let times = try TempoQuery.times(form)
        return try await queries.run(context) { reader in
            let scopes = TempoTags.byScope(try reader.fieldNames(times: times).map(\.name))
            let names = Set(scopes.filter { $0.name != "intrinsic" }.flatMap(\.tags)).sorted()
            var json = JSONWriter()
            json.object { json in
                json.key("tagNames")
                json.array { json in for name in names { json.string(name) } }
            }
            return .json(json)
        }
    }

    private func scopedTagNames(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let times = try TempoQuery.times(form)
        let wanted = form["scope"].flatMap { $0.isEmpty || $0 == "none" ? nil : $0 }
        return try await queries.run(context) { reader in
            let scopes = TempoTags.byScope(try reader.fieldNames(times: times).map(\.name))
            var json = JSONWriter()
            json.object { json in
                json.key("scopes")
                json.array { json in
                    for scope in scopes where wanted == nil || wanted == scope.name {
                        json.object { json in
                            json.key("name")
                            json.string(scope.name)
                            json.key("tags")
                            json.array { json in for tag in scope.tags { json.string(tag) } }
                        }
                    }
                }
            }
            return .json(json)
        }
    }

    /// Values of the fields behind a tag, most frequent first.
    private func values(
        _ request: Request, _ context: SignalboxRequestContext
    ) async throws -> [(value: String, type: String)] {
        let tag = FormParameters.decode(pathPart: try context.parameters.require("tag"))
        let form = try FormParameters(request.uri.query ?? "")
        let times = try TempoQuery.times(form)
        let filter = try form["q"].map { try TraceQLQuery.filter($0) } ?? .all
        let limit = try form.integer("limit", in: 1...10_000, absent: 1000)
        if let words = TempoTags.words(tag) { return words.map { ($0, "keyword") } }
        return try await queries.run(context) { reader in
            var found: [(value: String, type: String)] = []
            for field in TempoTags.fields(tag) {
                found += try reader.values(of: field, times: times, filter: filter, limit: limit).map {
                    ($0.value, TempoTags.type($0.kind))
                }
            }
            return Array(found.prefix(limit))
        }
    }

    private func tagValues(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let values = try await values(request, context)
        var json = JSONWriter()
        json.object { json in
            json.key("tagValues")
            json.array { json in for value in values { json.string(value.value) } }
        }
        return .json(json)
    }

    private func typedTagValues(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let values = try await values(request, context)
        var json = JSONWriter()
        json.object { json in
            json.key("tagValues")
            json.array { json in
                for value in values {
                    json.object { json in
                        json.key("type")
                        json.string(value.type)
                        json.key("value")
                        json.string(value.value)
                    }
                }
            }
        }
        return .json(json)
    }
}
