import Basics
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Pipeline
import WireFormats

/// Policies, templates and names of streams: kept as they came and given back, with a real 404 before.
extension ElasticsearchAPI {
    /// How one kind of object is spoken of.
    struct ObjectKind: Sendable {
        var kind: StoredObject.Kind
        var path: String
        /// For refusals.
        var noun: String
        var bodyMayBeEmpty = false
    }

    static let kinds = [
        ObjectKind(kind: .policy, path: "/_ilm/policy", noun: "Lifecycle policy"),
        ObjectKind(kind: .indexTemplate, path: "/_index_template", noun: "index template matching"),
        ObjectKind(kind: .componentTemplate, path: "/_component_template", noun: "component template matching"),
        ObjectKind(kind: .legacyTemplate, path: "/_template", noun: "index_template"),
        ObjectKind(kind: .dataStream, path: "/_data_stream", noun: "data stream", bodyMayBeEmpty: true),
    ]

    var objectEndpoints: [Endpoint] {
        Self.kinds.flatMap { kind in
            let path = Self.folder + kind.path
            var endpoints = [
                Endpoint(.get, path, .greet, "Elasticsearch: every \(kind.kind.rawValue)") { _, _ in
                    show(objects.all(kind.kind), kind)
                },
                Endpoint(.get, path + "/:name", .greet, "Elasticsearch: one \(kind.kind.rawValue)") { _, context in
                    try find(try Self.name("name", context), kind)
                },
                Endpoint(.head, path + "/:name", .greet, "Whether there is one") { _, context in
                    let isThere = !objects.matching(try Self.name("name", context), kind.kind).isEmpty
                    return Response(status: isThere ? .ok : .notFound)
                },
                Endpoint(.put, path + "/:name", .ingest, "Elasticsearch: stores a \(kind.kind.rawValue)") {
                    try await put($0, $1, kind)
                },
                Endpoint(.delete, path + "/:name", .editPipelines, "Elasticsearch: removes it") { _, context in
                    try await remove(try Self.name("name", context), kind)
                },
            ]
            if kind.kind != .dataStream {
                endpoints.append(
                    Endpoint(.post, path + "/:name", .ingest, "The same as PUT") { try await put($0, $1, kind) })
            }
            return endpoints
        }
    }

    // MARK: Reading

    private func find(_ name: String, _ kind: ObjectKind) throws -> Response {
        let found = objects.matching(name, kind.kind)
        guard !found.isEmpty || name.contains("*") else {
            switch kind.kind {
            case .legacyTemplate:
                var response = Self.json(Array("{}".utf8))
                response.status = .notFound
                return response
            case .dataStream:
                throw ElasticsearchError(.notFound, "index_not_found_exception", "no such index [\(name)]")
            case .policy: throw ElasticsearchError.missing("\(kind.noun) not found: \(name)")
            default: throw ElasticsearchError.missing("\(kind.noun) [\(name)] not found")
            }
        }
        return show(found, kind)
    }

    private func show(_ found: [StoredObject], _ kind: ObjectKind) -> Response {
        var json = JSONWriter()
        json.object { json in
            switch kind.kind {
            case .policy:
                for object in found {
                    json.key(object.name)
                    json.object { json in
                        json.key("version")
                        json.integer(1)
                        json.key("modified_date")
                        json.string(RFC3339.format(Timestamp(milliseconds: object.changedAt)))
                        // The body is `{"policy":{…}}`: its member goes here.
                        json.raw(String(object.body.trimmingBlanks.dropFirst().dropLast()))
                    }
                }
            case .indexTemplate, .componentTemplate:
                let isIndex = kind.kind == .indexTemplate
                json.key(isIndex ? "index_templates" : "component_templates")
                json.array { json in
                    for object in found {
                        json.object { json in
                            json.key("name")
                            json.string(object.name)
                            json.key(isIndex ? "index_template" : "component_template")
                            json.raw(object.body)
                        }
                    }
                }
            case .dataStream:
                json.key("data_streams")
                json.array { json in for object in found { json.object { Self.writeStream(object.name, to: &$0) } } }
            default:
                for object in found {
                    json.key(object.name)
                    json.raw(object.body)
                }
            }
        }
        return .json(json)
    }

    private static func writeStream(_ name: String, to json: inout JSONWriter) {
        json.key("name")
        json.string(name)
        json.key("timestamp_field")
        json.raw("{\"name\":\"@timestamp\"}")
        json.key("indices")
        json.array { json in
            json.object { json in
                json.key("index_name")
                json.string(".ds-\(name)-000001")
                json.key("index_uuid")
                json.string(name)
            }
        }
        json.key("generation")
        json.integer(1)
        json.key("status")
        json.string("GREEN")
    }

    // MARK: Changing

    private func put(
        _ request: Request, _ context: SignalboxRequestContext, _ kind: ObjectKind
    ) async throws -> Response {
        let name = try Self.name("name", context)
        if kind.kind == .dataStream, let refusal = IndexName.refusal(name) {
            throw ElasticsearchError(.badRequest, "invalid_index_name_exception", refusal)
        }
        let mayEditPipelines = context.principal?.may(.editPipelines) == true
        let body = try await intake.withBody(of: request) { raw in
            try Self.checkedBody(raw, kind, mayEditPipelines: mayEditPipelines)
        }
        try await keep(StoredObject(kind: kind.kind, name: name, body: body, changedAt: clock.now().milliseconds))
        var response = Self.acknowledged
        if kind.kind == .policy, let age = Self.deletionAge(body), let warning = HTTPField.Name("Warning") {
            response.headers[warning] =
                "299 Signalbox \"the policy's delete.min_age \(age) is kept but not applied: "
                + "logs are kept for \(settings.retention), which logs.retention says\""
        }
        return response
    }

    func keep(_ object: StoredObject) async throws {
        try await threads.run { [objects, assignments] in
            try objects.put(object)
            assignments.read(objects)
        }
    }

    private func remove(_ name: String, _ kind: ObjectKind) async throws -> Response {
        let isRemoved = try await threads.run { [objects, assignments] in
            defer { assignments.read(objects) }
            return try objects.remove(kind.kind, name)
        }
        guard isRemoved else { throw ElasticsearchError.missing("\(kind.noun) [\(name)] not found") }
        return Self.acknowledged
    }

    static func checkedBody(
        _ raw: UnsafeRawBufferPointer, _ kind: ObjectKind, mayEditPipelines: Bool
    ) throws -> String {
        if raw.isEmpty, kind.bodyMayBeEmpty { return "{}" }
        guard raw.count <= StoredObjects.bodyBytesMax else {
            throw APIError(.tooLarge, "a body of \(raw.count) bytes, more than \(StoredObjects.bodyBytesMax)")
        }
        let value: JSONValue
        do throws(WireFormatError) { value = try JSONValue(parsing: Array(raw)) } catch {
            throw ElasticsearchError(.badRequest, "x_content_parse_exception", "\(error)")
        }
        guard case .object(let members) = value else {
            throw ElasticsearchError(
                .badRequest, "x_content_parse_exception", "expected an object, not \(value.kind)")
        }
        if kind.kind == .policy, members["policy"]?.members == nil || members.count != 1 {
            throw ElasticsearchError.badArgument("a policy's body is {\"policy\":{…}}")
        }
        if !mayEditPipelines, Self.namesPipeline(value) {
            // One sender's template could send every other's documents through a pipeline.
            throw ElasticsearchError(
                .forbidden, "security_exception",
                "a template that names pipelines needs a role that may edit pipelines")
        }
        return String(decoding: raw, as: UTF8.self)
    }

    private static func namesPipeline(_ value: JSONValue) -> Bool {
        guard case .object(let members) = value else { return false }
        return members.contains { name, value in
            name.hasSuffix("default_pipeline") || name.hasSuffix("final_pipeline")
                || ["template", "settings", "index"].contains(name) && namesPipeline(value)
        }
    }

    private static func deletionAge(_ body: String) -> String? {
        guard let value = try? JSONValue(parsing: Array(body.utf8)) else { return nil }
        return value["policy"]?["phases"]?["delete"]?["min_age"]?.text
    }
}

extension String {
    fileprivate var trimmingBlanks: Substring {
        var part = self[...].drop { $0.isWhitespace }
        while part.last?.isWhitespace == true { part.removeLast() }
        return part
    }
}
