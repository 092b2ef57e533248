import Basics
import HTTPTypes
import Hummingbird
import Identity
import Logs
import Pipeline
import WireFormats

/// Indices and aliases, which need not be made before they are written to; clients make them all the same.
extension ElasticsearchAPI {
    var indexEndpoints: [Endpoint] {
        let folder = Self.folder
        let refreshed: Endpoint.Handler = { _, _ in
            try await refreshAll()
            return Self.json(Array("{\"_shards\":{\"total\":1,\"successful\":1,\"failed\":0}}".utf8))
        }
        return [
            Endpoint(.put, folder + "/:index", .ingest, "Elasticsearch: makes an index", makeIndex),
            Endpoint(.post, folder + "/_refresh", .ingest, "Waits until all that was sent can be found", refreshed),
            Endpoint(.post, folder + "/:index/_refresh", .ingest, "The same", refreshed),
        ]
    }

    private func makeIndex(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let name = try IndexName.resolved(try Self.name("index", context), nameContext)
        guard !objects.isMade(name) else {
            throw ElasticsearchError(
                .badRequest, "resource_already_exists_exception", "index [\(name)] already exists")
        }
        let mayEditPipelines = context.principal?.may(.editPipelines) == true
        let body = try await intake.withBody(of: request) { raw in
            try Self.checkedBody(
                raw, ObjectKind(kind: .index, path: "", noun: "index", bodyMayBeEmpty: true),
                mayEditPipelines: mayEditPipelines)
        }
        let now = clock.now().milliseconds
        for alias in Self.aliases(body) where objects.object(.index, alias) == nil {
            try await keep(StoredObject(kind: .index, name: alias, body: "{}", changedAt: now))
        }
        try await keep(StoredObject(kind: .index, name: name, body: body, changedAt: now))
        var json = JSONWriter()
        json.object { json in
            json.key("acknowledged")
            json.bool(true)
            json.key("shards_acknowledged")
            json.bool(true)
            json.key("index")
            json.string(name)
        }
        return .json(json)
    }

    private static func aliases(_ body: String) -> [String] {
        guard let value = try? JSONValue(parsing: Array(body.utf8)), let aliases = value["aliases"]?.members else {
            return []
        }
        return aliases.keys.sorted().prefix(100).filter { IndexName.refusal($0) == nil }
    }
}
