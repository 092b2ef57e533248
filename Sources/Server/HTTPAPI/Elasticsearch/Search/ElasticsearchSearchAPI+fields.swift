import Basics
import Hummingbird
import Logs
import SignalModel

extension ElasticsearchSearchAPI {
    /// Indices that one answer lists.
    static let indicesMax = 1000

    func fieldCapabilities(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let body = try await Self.body(request)
        var patterns = (form["fields"] ?? "").split(separator: ",").map(String.init)
        if case .array(let elements) = body["fields"] {
            patterns += elements.compactMap { if case .string(let name) = $0 { name } else { nil } }
        }
        let wanted = patterns.isEmpty ? ["*"] : patterns
        let filter = body["index_filter"]
        let indices = try Self.choice(context, form)
        return try await run(request, context) { run, json in
            let query = try run.query(filter, indices: try run.names(indices))
            let names = try run.snapshot.topValues(query, of: "_index", limit: Self.indicesMax).values.map(
                \.value.text)
            json.key("indices")
            json.array { json in for name in names.sorted() { json.string(name) } }
            json.key("fields")
            let types = FieldTypes(try run.snapshot.fieldNames(query), run.search.classes)
            json.object { json in
                for (name, type) in types.all
                where wanted.contains(where: { $0 == name || Wildcard.matches(name, $0) }) {
                    json.key(name)
                    json.object { json in
                        json.key(type)
                        json.object { json in
                            json.key("type")
                            json.string(type)
                            json.key("metadata_field")
                            json.bool(name.hasPrefix("_"))
                            json.key("searchable")
                            json.bool(true)
                            json.key("aggregatable")
                            json.bool(type != "text")
                        }
                    }
                }
            }
        }
    }

    func mapping(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let indices = try Self.choice(context, try FormParameters(request.uri.query ?? ""))
        return try await run(request, context) { run, json in
            let query = try run.query(nil, indices: try run.names(indices))
            let names = try run.snapshot.topValues(query, of: "_index", limit: Self.indicesMax).values.map(
                \.value.text)
            for name in names.sorted() {
                var one = query
                one.indices = [name]
                let types = FieldTypes(try run.snapshot.fieldNames(one), run.search.classes)
                json.key(name)
                json.object { json in
                    json.key("mappings")
                    json.object { json in
                        json.key("properties")
                        types.writeProperties(to: &json)
                    }
                }
            }
        }
    }
}

/// Fields with the types that Elasticsearch would give them.
struct FieldTypes {
    let all: [(name: String, type: String)]

    init(_ fields: [LogFieldSummary], _ classes: FieldClasses) {
        var all: [(name: String, type: String)] = [("@timestamp", "date"), ("_id", "_id"), ("_index", "_index")]
        for field in fields {
            let kinds = field.kinds
            if kinds.contains(.string) {
                all.append((field.name, classes.class(of: field.name) == .text ? "text" : "keyword"))
            } else if kinds == [.bool] {
                all.append((field.name, "boolean"))
            } else {
                all.append(
                    (field.name, kinds.contains(.double) ? "double" : kinds.contains(.integer) ? "long" : "keyword"))
            }
        }
        self.all = all
    }

    /// Objects within objects, as the dots of the names say.
    func writeProperties(to json: inout JSONWriter) {
        let fields = all.filter { !$0.name.hasPrefix("_") }.map {
            (path: $0.name.split(separator: "."), type: $0.type)
        }
        Self.write(fields, depth: 0, to: &json)
    }

    private static func write(
        _ fields: [(path: [Substring], type: String)], depth: Int, to json: inout JSONWriter
    ) {
        json.object { json in
            let groups = Dictionary(grouping: fields.filter { $0.path.count > depth }) { $0.path[depth] }
            for (name, group) in groups.sorted(by: { $0.key < $1.key }) {
                json.key(String(name))
                let own = group.first { $0.path.count == depth + 1 }
                let inner = group.filter { $0.path.count > depth + 1 }
                json.object { json in
                    if let own, inner.isEmpty {
                        json.key("type")
                        json.string(own.type)
                        if own.type == "text" {
                            json.key("fields")
                            json.raw("{\"keyword\":{\"type\":\"keyword\"}}")
                        }
                    } else {
                        json.key("properties")
                        write(inner, depth: depth + 1, to: &json)
                    }
                }
            }
        }
    }
}
