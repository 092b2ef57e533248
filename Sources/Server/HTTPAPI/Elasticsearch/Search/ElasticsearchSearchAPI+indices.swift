import Basics
import Hummingbird
import Logs
import SignalModel

extension ElasticsearchSearchAPI {
    /// `_cat/indices`: a table, or JSON when it is asked for.
    func listIndices(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let found = try await listed(try Self.choice(context, form), request, context)
        guard form["format"] == "json" else {
            let header = form["v"] == nil ? "" : "health status index docs.count\n"
            return .text(header + found.map { "green open \($0.name) \($0.count)\n" }.joined())
        }
        var json = JSONWriter()
        json.array { json in
            for index in found {
                json.object { json in
                    for (key, value) in [
                        ("health", "green"), ("status", "open"), ("index", index.name),
                        ("docs.count", "\(index.count)"),
                    ] {
                        json.key(key)
                        json.string(value)
                    }
                }
            }
        }
        return .json(json)
    }

    private func listed(
        _ indices: IndexChoice, _ request: Request, _ context: SignalboxRequestContext
    ) async throws -> [(name: String, count: Int)] {
        let found = Monitor<[(name: String, count: Int)]>([])
        _ = try await run(request, context) { run, _ in
            let query = try run.query(nil, indices: try run.names(indices))
            let values = try run.snapshot.topValues(query, of: "_index", limit: Self.indicesMax).values
            let named = values.map { (name: $0.value.text, count: $0.count) }.sorted { $0.name < $1.name }
            found.update { $0 = named }
        }
        return found.read { $0 }
    }

    func resolveIndices(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let indices = try Self.choice(context, try FormParameters(request.uri.query ?? ""))
        return try await run(request, context) { run, json in
            let names = try run.snapshot.topValues(
                try run.query(nil, indices: try run.names(indices)), of: "_index", limit: Self.indicesMax
            ).values.map(\.value.text)
            for key in ["indices", "aliases"] {
                json.key(key)
                json.array { _ in }
            }
            json.key("data_streams")
            json.array { json in
                for name in names.sorted() {
                    json.object { json in
                        json.key("name")
                        json.string(name)
                        json.key("backing_indices")
                        json.array { $0.string(name) }
                        json.key("timestamp_field")
                        json.string("@timestamp")
                    }
                }
            }
        }
    }
}
