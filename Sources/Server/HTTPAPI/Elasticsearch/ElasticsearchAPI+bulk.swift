import Basics
import HTTPTypes
import Hummingbird
import Identity
import Logs
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
            Endpoint(.post, folder + "/:index/_update/:id", .ingest, "Merges into a document", update),
            Endpoint(.delete, folder + "/:index/_doc/:id", .ingest, "Deletes a document", remove),
        ]
    }

    /// What times in names mean now.
    var nameContext: LogQueryContext {
        LogQueryContext(nowNanoseconds: clock.now().milliseconds * 1_000_000, zones: pipelineResources.zone)
    }

    func writeSettings(_ context: SignalboxRequestContext, pipeline: String?) -> WriteSettings {
        WriteSettings(
            defaultIndex: context.parameters.get("index").map { FormParameters.decode(pathPart: $0) },
            pipeline: pipeline, documentBytesMax: intake.limits.documentBytesMax,
            updatedBytesMax: intake.limits.bodyBytesMax,
            forced: ForcedFields(context.principal?.forcedLabels ?? .empty), stored: stored, pipelines: pipelines,
            context: nameContext)
    }

    /// Either the whole request is refused before anything is taken, or every action has its answer, in order; what
    /// is answered 2xx is on stable storage.
    private func bulk(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let start = clock.uptime()
        let parameters = try FormParameters(request.uri.query ?? "")
        let filter = try FilterPath(parameters["filter_path"])
        let settings = writeSettings(context, pipeline: parameters["pipeline"])
        let (decoded, places) = try await store(request, settings)
        if Self.wantsRefresh(parameters) { try await refresh(places) }
        let took = Int((clock.uptime() - start).seconds * 1000)
        let bytes = BulkAnswer.bytes(
            decoded.items, defaultIndex: settings.defaultIndex, places: places, tookMilliseconds: took,
            filter: filter)
        return Self.json(bytes)
    }

    private func store(
        _ request: Request, _ settings: WriteSettings
    ) async throws -> (BulkDecoding, DocumentPlaces) {
        let updates: BulkDecoding.Updates = intake.isShared ? .unsupported : .reported
        let read = try await intake.withBody(of: request) { body -> Result<BulkDecoding, BulkDecoding.HasUpdates> in
            do {
                return .success(try Self.readable { try BulkDecoding(body, settings, updates: updates) })
            } catch let found as BulkDecoding.HasUpdates { return .failure(found) }
        } then: { read -> (BulkDecoding, DocumentPlaces?) in
            switch read {
            case .success(let decoded): return (decoded, nil)
            case .failure(let found): return try await storeWithUpdates(found.body, settings)
            }
        }
        let (decoded, stored) = read
        if let stored { return (decoded, stored) }
        let places = try await intake.store(
            decoded.batch, dialect: "elasticsearch", refused: decoded.refusedCount)
        return (decoded, places)
    }

    static func readable<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as WireFormatError {
            throw error.code == .tooLarge
                ? ElasticsearchError(.contentTooLarge, "content_too_long_exception", "\(error)")
                : .badArgument("\(error)")
        }
    }

    private func one(
        _ request: Request, _ context: SignalboxRequestContext, _ usual: BulkItem.Operation
    ) async throws -> Response {
        let parameters = try FormParameters(request.uri.query ?? "")
        try ElasticsearchError.refuseConditions(parameters)
        let operation = try Self.operation(parameters["op_type"], usual)
        let index = try IndexName.resolved(try Self.name("index", context), nameContext)
        let identity = context.parameters.get("id").map { FormParameters.decode(pathPart: $0) }
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
                    pipeline: parameters["pipeline"], owner: operation == .index ? forced.labels : .empty, source: $0)
            }
            return batch
        }
        let standing = identity.map { stored.standing(index: index, identity: $0, for: forced.labels) } ?? .missing
        if operation == .create, let identity, standing != .missing {
            throw ElasticsearchError(
                .conflict, "version_conflict_engine_exception",
                "[\(identity)]: version conflict, document already exists (current version [1])")
        }
        if let identity, standing == .others { throw ElasticsearchError.others(identity) }
        let isKnown = standing == .own
        let places = try await intake.store(batch, dialect: "elasticsearch")
        if Self.wantsRefresh(parameters) { try await refresh(places) }
        return Self.written(
            index, identity ?? places.identity(of: 0), isKnown ? "updated" : "created",
            version: isKnown ? 2 : 1, sequence: places.sequence(of: 0), status: isKnown ? .ok : .created)
    }

    private static func operation(
        _ type: String?, _ usual: BulkItem.Operation
    ) throws(ElasticsearchError) -> BulkItem.Operation {
        switch type {
        // Without an identity, and where the path says so, a document is always new.
        case nil, "index": usual
        case "create": .create
        case let other?: throw .badArgument("opType must be 'create' or 'index', found: [\(other)]")
        }
    }

    /// What became of one document.
    static func written(
        _ index: String, _ identity: String, _ result: String, version: Int, sequence: UInt64?,
        status: HTTPResponse.Status
    ) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("_index")
            json.string(index)
            json.key("_id")
            json.string(identity)
            json.key("_version")
            json.integer(version)
            json.key("result")
            json.string(result)
            json.key("_shards")
            json.raw("{\"total\":\(sequence == nil ? 0 : 1),\"successful\":\(sequence == nil ? 0 : 1),\"failed\":0}")
            if let sequence {
                json.key("_seq_no")
                json.integer(sequence)
                json.key("_primary_term")
                json.integer(1)
            }
        }
        return .json(json, status: status)
    }

    static func wantsRefresh(_ parameters: FormParameters) -> Bool {
        guard let refresh = parameters["refresh"] else { return false }
        return refresh != "false"
    }

    static func json(_ bytes: [UInt8]) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
