import Basics
import HTTPTypes
import Hummingbird
import Identity
import Pipeline
import SignalModel
import WireFormats

/// Updates read a document and write what they made of it. In between the queue watches who else writes it: then they
/// read again. So no write is lost, and an update sees everything that was answered before it began.
extension ElasticsearchAPI {
    /// How often an update is made anew; then it is a conflict, which clients send again.
    private static let triesMax = 4
    static let sharedRefusal =
        "updates are not supported with queue.kafka, by which others may write the document: send it whole"

    func storeWithUpdates(
        _ body: [UInt8], _ settings: WriteSettings
    ) async throws -> (BulkDecoding, DocumentPlaces?) {
        for number in 1...Self.triesMax {
            let updates: BulkDecoding.Updates = number < Self.triesMax ? .made : .refused
            let stored = try await watching { watch -> (BulkDecoding, DocumentPlaces)? in
                let decoded = try await intake.threads.run {
                    try body.withUnsafeBytes { body in
                        try Self.readable { try BulkDecoding(body, settings, updates: updates) }
                    }
                }
                do {
                    let places = try await intake.withRoom(for: decoded.batch.bytes.count) {
                        try await intake.store(
                            decoded.batch, dialect: "elasticsearch", refused: decoded.refusedCount,
                            unless: DocumentQueue.Condition(watch, keys: decoded.updatedKeys))
                    }
                    return (decoded, places)
                } catch let error as DocumentQueueError where error.code == .changed { return nil }
            }
            if let stored { return stored }
        }
        throw APIError(.internal, "a bulk request without an end")
    }

    private func watching<Value>(_ body: (IdentityWatch) async throws -> Value) async throws -> Value {
        guard !intake.isShared else { throw ElasticsearchError.badArgument(Self.sharedRefusal) }
        let watch: IdentityWatch
        do throws(DocumentQueueError) { watch = try intake.queue.beginWatch() } catch { throw APIError(error) }
        defer { intake.queue.endWatch(watch) }
        try await progress.settle(before: watch)
        return try await body(watch)
    }

    /// `_update`: an item of a bulk request by itself.
    func update(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try FormParameters(request.uri.query ?? "")
        let index = try IndexName.resolved(try Self.name("index", context), nameContext)
        let identity = try Self.name("id", context)
        guard identity.utf8.count <= 512 else {
            throw ElasticsearchError.badArgument(
                "id [\(identity.prefix(64))…] is too long, must be no longer than 512 bytes")
        }
        try ElasticsearchError.refuseConditions(parameters)
        if let source = parameters["_source"], source != "false" {
            throw ElasticsearchError.badArgument(
                "[_source] of an update is not supported: read the document afterwards")
        }
        let settings = writeSettings(context, pipeline: nil)
        return try await intake.withBody(of: request) {
            Array($0)
        } then: { body in
            try await update(body, parameters, index: index, identity: identity, settings)
        }
    }

    private func update(
        _ body: [UInt8], _ parameters: FormParameters, index: String, identity: String, _ settings: WriteSettings
    ) async throws -> Response {
        for _ in 1..<Self.triesMax {
            let answer = try await watching { watch -> Response? in
                let (updated, keys) = try await intake.threads.run {
                    var documents = RequestedDocuments(settings)
                    let updated = try body.withUnsafeBytes {
                        try documents.updated(index: index, identity: identity, $0)
                    }
                    return (updated, documents.updatedKeys)
                }
                guard let updated else {
                    return Self.written(index, identity, "noop", version: 1, sequence: nil, status: .ok)
                }
                var batch = DocumentBatch()
                updated.bytes.withUnsafeBytes { bytes in
                    settings.forced.added(to: bytes) {
                        batch.append(
                            .index, index: index, identity: identity,
                            pipeline: updated.isNew ? nil : PipelineAssignments.none, owner: settings.forced.labels,
                            source: $0)
                    }
                }
                do {
                    let places = try await intake.store(
                        batch, dialect: "elasticsearch", unless: DocumentQueue.Condition(watch, keys: keys))
                    if Self.wantsRefresh(parameters) { try await refresh(places) }
                    return Self.written(
                        index, identity, updated.isNew ? "created" : "updated", version: updated.isNew ? 1 : 2,
                        sequence: places.sequence(of: 0), status: updated.isNew ? .created : .ok)
                } catch let error as DocumentQueueError where error.code == .changed { return nil }
            }
            if let answer { return answer }
        }
        throw ElasticsearchError(
            .conflict, "version_conflict_engine_exception",
            "[\(identity)]: version conflict, others write the document at the same time")
    }

    func remove(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try FormParameters(request.uri.query ?? "")
        try ElasticsearchError.refuseConditions(parameters)
        let index = try IndexName.resolved(try Self.name("index", context), nameContext)
        let identity = try Self.name("id", context)
        guard GeneratedIdentity.sequence(of: identity) == nil else {
            throw ElasticsearchError.badArgument(RequestedDocuments.generatedRefusal(identity))
        }
        try await progress.settle()
        let owner = context.principal?.forcedLabels ?? .empty
        let isKnown = stored.standing(index: index, identity: identity, for: owner) == .own
        var batch = DocumentBatch()
        batch.append(
            .delete, index: index, identity: identity, pipeline: nil, owner: owner,
            source: UnsafeRawBufferPointer(start: nil, count: 0))
        let places = try await intake.store(batch, dialect: "elasticsearch")
        if Self.wantsRefresh(parameters) { try await refresh(places) }
        return Self.written(
            index, identity, isKnown ? "deleted" : "not_found", version: isKnown ? 2 : 1,
            sequence: places.sequence(of: 0), status: isKnown ? .ok : .notFound)
    }
}
