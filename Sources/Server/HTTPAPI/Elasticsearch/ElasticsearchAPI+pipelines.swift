import Basics
import HTTPTypes
import Hummingbird
import Identity
import Pipeline
import SignalModel
import WireFormats

/// Ingest pipelines, which are executed for what they say.
extension ElasticsearchAPI {
    var pipelineEndpoints: [Endpoint] {
        let path = Self.folder + "/_ingest/pipeline"
        let simulated: Endpoint.Handler = { try await simulate($0, name: $1.parameters.get("name")) }
        return [
            Endpoint(.get, path, .greet, "Elasticsearch: every pipeline") { _, _ in
                Self.pipelines(objects.all(.pipeline))
            },
            Endpoint(.get, path + "/:name", .greet, "Elasticsearch: pipelines, with *") { _, context in
                let name = try Self.name("name", context)
                let found = objects.matching(name, .pipeline)
                var response = Self.pipelines(found)
                if found.isEmpty, !name.contains("*") { response.status = .notFound }
                return response
            },
            Endpoint(.head, path + "/:name", .greet, "Whether there is one") { _, context in
                let isThere = !objects.matching(try Self.name("name", context), .pipeline).isEmpty
                return Response(status: isThere ? .ok : .notFound)
            },
            Endpoint(.put, path + "/:name", .editPipelines, "Elasticsearch: stores a pipeline", putPipeline),
            Endpoint(.delete, path + "/:name", .editPipelines, "Elasticsearch: removes a pipeline", removePipeline),
            Endpoint(.post, path + "/_simulate", .editPipelines, "Elasticsearch: tries a pipeline", simulated),
            Endpoint(.get, path + "/_simulate", .editPipelines, "The same", simulated),
            Endpoint(.post, path + "/:name/_simulate", .editPipelines, "Tries a stored pipeline", simulated),
            Endpoint(.get, path + "/:name/_simulate", .editPipelines, "The same", simulated),
            Endpoint(.get, Self.folder + "/_ingest/processor/grok", .greet, "Elasticsearch: patterns of grok", grok),
        ]
    }

    private func grok(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let mode = try FormParameters(request.uri.query ?? "")["ecs_compatibility"] ?? "disabled"
        guard let patterns = GrokPatternList.patterns(ecsCompatibility: mode) else {
            throw ElasticsearchError.badArgument("unsupported ECS compatibility mode [\(mode)]")
        }
        var json = JSONWriter()
        json.object { json in
            json.key("patterns")
            json.object { json in
                for pattern in patterns {
                    json.key(pattern.name)
                    json.string(pattern.text)
                }
            }
        }
        return .json(json)
    }

    private static func pipelines(_ found: [StoredObject]) -> Response {
        var json = JSONWriter()
        json.object { json in
            for object in found {
                json.key(object.name)
                json.raw(object.body)
            }
        }
        return .json(json)
    }

    private func putPipeline(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let name = try Self.name("name", context)
        let resources = pipelineResources
        let (pipeline, text) = try await intake.withBody(of: request) { body -> (Pipeline, String) in
            let definition = try Self.document(body)
            do throws(PipelineDefinitionError) {
                return (
                    try Pipeline(name: name, definition, resources: resources), String(decoding: body, as: UTF8.self)
                )
            } catch { throw ElasticsearchError(error) }
        }
        let object = StoredObject(kind: .pipeline, name: name, body: text, changedAt: clock.now().milliseconds)
        try await threads.run { [objects, pipelines] in
            try objects.put(object)
            pipelines.replace(pipelines.current.with(pipeline))
        }
        return Self.acknowledged
    }

    private func removePipeline(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let name = try Self.name("name", context)
        let found = objects.matching(name, .pipeline)
        guard !found.isEmpty || name == "*" else { throw ElasticsearchError.missing("pipeline [\(name)] is missing") }
        try await threads.run { [objects, pipelines] in
            for object in found where try objects.remove(.pipeline, object.name) {
                pipelines.replace(pipelines.current.without(object.name))
            }
        }
        return Self.acknowledged
    }

    private func simulate(_ request: Request, name: String?) async throws -> Response {
        let parameters = try FormParameters(request.uri.query ?? "")
        let isVerbose = ["", "true"].contains(parameters["verbose"])
        let name = name.map { FormParameters.decode(pathPart: $0) }
        let (set, resources, now) = (pipelines.current, pipelineResources, clock.now().milliseconds * 1_000_000)
        let reply = try await intake.withBody(of: request) { body -> [UInt8] in
            let document = try Self.document(body)
            do throws(PipelineDefinitionError) {
                return DocumentWriter.bytes(
                    of: try Simulation.reply(
                        to: document, pipeline: name, isVerbose: isVerbose, in: set, resources: resources,
                        receivedNanoseconds: now))
            } catch { throw ElasticsearchError(error) }
        }
        return Self.json(reply)
    }

    private static func document(_ body: UnsafeRawBufferPointer) throws -> DocumentObject {
        do throws(WireFormatError) { return try DocumentReader.object(body) } catch {
            throw ElasticsearchError(.badRequest, "x_content_parse_exception", "\(error)")
        }
    }
}

extension ElasticsearchError {
    /// `path` is our own: which processor of the definition it is.
    init(_ error: PipelineDefinitionError) {
        self.init(.badRequest, error.type, error.description)
        details = [
            ("processor_type", error.processorType), ("processor_tag", error.processorTag),
            ("property_name", error.propertyName), ("path", error.path.isEmpty ? nil : error.path),
        ].compactMap { key, text in text.map { (key, $0) } }
    }
}
