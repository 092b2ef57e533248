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
    var forced: ForcedFields
    var stored: any StoredDocuments
    var pipelines: PipelineProcessing
    /// What dates in names of indices stand for.
    var context: LogQueryContext
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

    init(_ settings: WriteSettings) { self.settings = settings }

    /// Whether the document is there once the request has come so far.
    func holds(index: String, identity: String) -> Bool {
        // Fast path: nothing is kept of requests without updates.
        guard !entries.isEmpty else { return settings.stored.holds(index: index, identity: identity) }
        return switch entries[IdentityWatch.key(index: index, identity: identity)] {
        case .document, .processed: true
        case .deleted: false
        case nil: settings.stored.holds(index: index, identity: identity)
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
        let current: [UInt8]?
        switch entries[key] {
        case .document(let bytes): current = bytes
        case .deleted: current = nil
        case .processed:
            throw ElasticsearchError(
                .conflict, "version_conflict_engine_exception",
                "[\(identity)]: version conflict, the same request writes the document through a pipeline")
        case nil: current = try settings.stored.document(index: index, identity: identity)
        }
        switch update.applied(to: try current.map { try DocumentReader.object($0) }) {
        case .missing:
            throw ElasticsearchError(
                .notFound, "document_missing_exception", "[\(identity)]: document missing")
        case .same: return nil
        case .changed(let document): return (DocumentWriter.bytes(of: document), false)
        case .created(let document): return (DocumentWriter.bytes(of: document), true)
        }
    }
}
