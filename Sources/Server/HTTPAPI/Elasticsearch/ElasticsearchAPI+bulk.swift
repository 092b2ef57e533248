import Basics
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Pipeline
import SignalModel
import WireFormats

extension ElasticsearchAPI {
    var documentEndpoints: [Endpoint] {
        let folder = Self.folder
        return [
            Endpoint(.post, folder + "/_bulk", .ingest, "Elasticsearch: many documents", bulk),
            Endpoint(.put, folder + "/_bulk", .ingest, "The same", bulk),
            Endpoint(.post, folder + "/:index/_bulk", .ingest, "The same, with a default index", bulk),
            Endpoint(.put, folder + "/:index/_bulk", .ingest, "The same", bulk),
            Endpoint(.post, folder + "/:index/_doc", .ingest, "Elasticsearch: one document") {
                try await one($0, $1, .create)
            },
            Endpoint(.put, folder + "/:index/_doc/:id", .ingest, "The same, with an identity") {
                try await one($0, $1, .index)
            },
            Endpoint(.post, folder + "/:index/_doc/:id", .ingest, "The same") { try await one($0, $1, .index) },
            Endpoint(.put, folder + "/:index/_create/:id", .ingest, "The same, unless it is taken") {
                try await one($0, $1, .create)
            },
            Endpoint(.post, folder + "/:index/_create/:id", .ingest, "The same") { try await one($0, $1, .create) },
        ]
    }

    /// Either the whole request is refused before anything is taken, or every action has its answer, in order; what
    /// is answered 2xx is on stable storage.
    private func bulk(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let start = clock.uptime()
        let parameters = try FormParameters(request.uri.query ?? "")
        let filter = try FilterPath(parameters["filter_path"])
        let defaultIndex = context.parameters.get("index").map { FormParameters.decode(pathPart: $0) }
        let forced = ForcedFields(context.principal?.forcedLabels ?? .empty)
        let (documentBytesMax, stored, set) = (intake.limits.documentBytesMax, stored, pipelines.current)
        let decoded = try await intake.withBody(of: request) { body in
            do {
                return try BulkDecoding(
                    body, defaultIndex: defaultIndex, pipeline: parameters["pipeline"],
                    documentBytesMax: documentBytesMax, forced: forced, stored: stored,
                    pipelines: set)
            } catch let error as WireFormatError {
                throw Self.unreadable(error)
            }
        }
        let ordinals = try await intake.store(decoded.batch, dialect: "elasticsearch", refused: decoded.refusedCount)
        if Self.wantsRefresh(parameters) { try await refresh(ordinals.upperBound) }
        let took = Int((clock.uptime() - start).seconds * 1000)
        let bytes = BulkAnswer.bytes(
            decoded.items, defaultIndex: defaultIndex, ordinals: ordinals, tookMilliseconds: took, filter: filter)
        return Self.json(bytes)
    }

    private func one(
        _ request: Request, _ context: SignalboxRequestContext, _ operation: BulkItem.Operation
    ) async throws -> Response {
        let parameters = try FormParameters(request.uri.query ?? "")
        let index = try Self.name("index", context)
        let identity = context.parameters.get("id").map { FormParameters.decode(pathPart: $0) }
        if let refusal = IndexName.refusal(index) {
            throw ElasticsearchError(.badRequest, "invalid_index_name_exception", refusal)
        }
        let forced = ForcedFields(context.principal?.forcedLabels ?? .empty)
        let documentBytesMax = intake.limits.documentBytesMax
        if let pipeline = parameters["pipeline"], pipeline != PipelineAssignments.none,
            pipelines.current[pipeline] == nil
        {
            throw ElasticsearchError.badArgument("pipeline with id [\(pipeline)] does not exist")
        }
        let batch = try await intake.withBody(of: request) { body in
            guard body.count <= documentBytesMax else {
                throw APIError(.tooLarge, "a document of \(body.count) bytes, more than \(documentBytesMax)")
            }
            do throws(WireFormatError) { try JSONObjectCheck.check(body) } catch {
                throw ElasticsearchError(.badRequest, "document_parsing_exception", "failed to parse: \(error)")
            }
            var batch = DocumentBatch()
            forced.added(to: body) {
                batch.append(
                    operation == .index ? .index : .create, index: index, identity: identity,
                    pipeline: parameters["pipeline"], source: $0)
            }
            return batch
        }
        if operation == .create, let identity, stored.holds(index: index, identity: identity) {
            throw ElasticsearchError(
                .conflict, "version_conflict_engine_exception",
                "[\(identity)]: version conflict, document already exists (current version [1])")
        }
        let isKnown = identity.map { stored.holds(index: index, identity: $0) } ?? false
        let ordinals = try await intake.store(batch, dialect: "elasticsearch")
        if Self.wantsRefresh(parameters) { try await refresh(ordinals.upperBound) }
        var json = JSONWriter()
        json.object { json in
            json.key("_index")
            json.string(index)
            json.key("_id")
            json.string(identity ?? GeneratedIdentity.text(of: ordinals.lowerBound))
            json.key("_version")
            json.integer(isKnown ? 2 : 1)
            json.key("result")
            json.string(isKnown ? "updated" : "created")
            json.key("_shards")
            json.raw("{\"total\":1,\"successful\":1,\"failed\":0}")
            json.key("_seq_no")
            json.integer(ordinals.lowerBound)
            json.key("_primary_term")
            json.integer(1)
        }
        return .json(json, status: isKnown ? .ok : .created)
    }

    private static func unreadable(_ error: WireFormatError) -> ElasticsearchError {
        error.code == .tooLarge
            ? ElasticsearchError(.contentTooLarge, "content_too_long_exception", "\(error)")
            : .badArgument("\(error)")
    }

    private static func wantsRefresh(_ parameters: FormParameters) -> Bool {
        guard let refresh = parameters["refresh"] else { return false }
        return refresh != "false"
    }

    static func json(_ bytes: [UInt8]) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
