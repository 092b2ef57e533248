import HTTPTypes
import Logs
import Pipeline
import SignalModel
import WireFormats

/// What a request that writes documents goes by.
struct WriteSettings: Sendable {
    var defaultIndex: String?
    var pipeline: String?
    var documentBytesMax: Int
    /// Of what the updates of one request make.
    var updatedBytesMax: Int
    var forced: ForcedFields
    var stored: any StoredDocuments
    var pipelines: PipelineProcessing
    /// What dates in names of indices stand for.
    var context: LogQueryContext
}

extension WriteSettings {
    func standing(index: String, identity: String) -> DocumentStanding {
        stored.standing(index: index, identity: identity, for: forced.labels)
    }
}

/// Documents that an update may be about: those of the store, and above them those of the same request.
struct RequestedDocuments: Sendable {
    private enum Entry {
        case document([UInt8])
        case deleted
        /// It goes through a pipeline: nobody knows what becomes of it.
        case processed
    }

    private let settings: WriteSettings
    private var entries: [UInt64: Entry] = [:]
    /// Of the documents that updates were made of.
    private(set) var updatedKeys: Set<UInt64> = []
    private var updateCount = 0
    private var updatedBytes = 0

    /// Each update reads a document from blocks, and a line of a bulk request asks for one.
    private static let updatesMax = 10_000

    init(_ settings: WriteSettings) { self.settings = settings }

    /// Whether the document is there once the request has come so far, and may be replaced by it.
    func standing(index: String, identity: String) -> DocumentStanding {
        // Fast path: nothing is kept of requests without updates.
        guard !entries.isEmpty else { return settings.standing(index: index, identity: identity) }
        return switch entries[IdentityWatch.key(index: index, identity: identity)] {
        case .document, .processed: .own
        case .deleted: .missing
        case nil: settings.standing(index: index, identity: identity)
        }
    }

    mutating func note(
        _ operation: BulkItem.Operation, index: String, identity: String?, pipeline: String?,
        _ source: UnsafeRawBufferPointer
    ) {
        guard let identity else { return }
        let key = IdentityWatch.key(index: index, identity: identity)
        if operation == .delete {
            entries[key] = .deleted
        } else if settings.pipelines.isProcessed(index: index, pipeline: pipeline) {
            entries[key] = .processed
        } else {
            entries[key] = .document(Array(source))
        }
    }

    /// What `update` makes of the document, as bytes: nil when it stays as it is. Whether it was there.
    mutating func updated(
        index: String, identity: String, _ source: UnsafeRawBufferPointer
    ) throws -> (bytes: [UInt8], isNew: Bool)? {
        guard GeneratedIdentity.sequence(of: identity) == nil else {
            throw ElasticsearchError.badArgument(Self.generatedRefusal(identity))
        }
        updateCount += 1
        try checkBounds(source)
        let body: DocumentObject
        do { body = try DocumentReader.object(source) } catch {
            throw ElasticsearchError(.badRequest, "x_content_parse_exception", "\(error)")
        }
        let update = try DocumentUpdate(body)
        // A pipeline that every document of the index goes through would run a second time.
        guard !settings.pipelines.isProcessed(index: index, pipeline: PipelineAssignments.none) else {
            throw ElasticsearchError.badArgument(
                "documents of [\(index)] go through a final pipeline and cannot be updated: send them whole")
        }
        let key = IdentityWatch.key(index: index, identity: identity)
        updatedKeys.insert(key)
        let bytes: [UInt8]?
        switch entries[key] {
        case .document(let written): bytes = written
        case .deleted: bytes = nil
        case .processed:
            throw ElasticsearchError(
                .conflict, "version_conflict_engine_exception",
                "[\(identity)]: version conflict, the same request writes the document through a pipeline")
        case nil: bytes = try settings.stored.document(index: index, identity: identity)
        }
        let there = try bytes.map { try DocumentReader.object($0) }
        // What others sent is nothing that a token with labels of its own may read, or take for itself.
        let current = there.flatMap { settings.forced.are(in: $0) ? $0 : nil }
        switch update.applied(to: current) {
        case .missing:
            throw ElasticsearchError(
                .notFound, "document_missing_exception", "[\(identity)]: document missing")
        case .same: return nil
        case .changed(let document): return (try bounded(document), false)
        case .created(let document):
            guard there == nil else { throw ElasticsearchError.others(identity) }
            return (try bounded(document), true)
        }
    }

    /// What one update, and all of a request, may be: a line of a few bytes may make a document of megabytes.
    private func checkBounds(_ source: UnsafeRawBufferPointer) throws {
        guard source.count <= settings.documentBytesMax else {
            throw ElasticsearchError(
                .contentTooLarge, "content_too_long_exception",
                "an update of \(source.count) bytes, more than \(settings.documentBytesMax)")
        }
        guard updateCount <= Self.updatesMax else {
            throw ElasticsearchError.busy("more than \(Self.updatesMax) updates in one request: send the rest again")
        }
        guard updatedBytes <= settings.updatedBytesMax else {
            throw ElasticsearchError.busy(
                "the updates of one request make more than \(settings.updatedBytesMax) bytes: send the rest again")
        }
    }

    private mutating func bounded(_ document: DocumentObject) throws -> [UInt8] {
        let bytes = DocumentWriter.bytes(of: document)
        guard bytes.count <= settings.documentBytesMax else {
            throw ElasticsearchError(
                .contentTooLarge, "content_too_long_exception",
                "the updated document would have \(bytes.count) bytes, more than \(settings.documentBytesMax)")
        }
        updatedBytes += bytes.count
        return bytes
    }

    /// The store finds a document by what its sender called it.
    static func generatedRefusal(_ identity: String) -> String {
        "[\(identity)] was given by the store: only documents whose senders gave an _id can be updated or deleted by it"
    }
}
