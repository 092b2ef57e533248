import HTTPTypes
import Logs
import Pipeline
import SignalModel
import WireFormats

/// A bulk request as documents for the queue, and what is answered to each action.
struct BulkDecoding: Sendable {
    enum Updates: Sendable {
        /// They are not made: the first one ends the reading with `HasUpdates`.
        case reported
        case made
        /// Each is answered as a conflict, after which clients send it again.
        case refused
        /// Each is answered as a mistake.
        case unsupported
    }

    /// The request has updates, which need more than reading it.
    struct HasUpdates: Error {
        var body: [UInt8]
    }

    var items: [(item: BulkItem, outcome: BulkOutcome)] = []
    var batch = DocumentBatch()
    private let settings: WriteSettings
    private let updates: Updates
    private var documents: RequestedDocuments
    private var indices: [String: Result<String, ElasticsearchError>] = [:]

    var refusedCount: Int {
        items.count(where: { if case .refused = $0.outcome { true } else { false } })
    }

    /// Of the documents that updates were made of.
    var updatedKeys: Set<UInt64> { documents.updatedKeys }

    /// Throws only when the request as a whole cannot be read; then nothing of it is taken.
    init(_ body: UnsafeRawBufferPointer, _ settings: WriteSettings, updates: Updates) throws {
        self.settings = settings
        self.updates = updates
        documents = RequestedDocuments(settings)
        batch.reserveCapacity(body.count)
        var reader = BulkReader(body)
        while var item = try reader.next() {
            if item.operation == .update, case .reported = updates { throw HasUpdates(body: Array(body)) }
            guard let name = item.index ?? settings.defaultIndex else {
                throw ElasticsearchError(
                    .badRequest, "action_request_validation_exception",
                    "Validation Failed: \(items.count + 1): index is missing;")
            }
            let source = UnsafeRawBufferPointer(rebasing: body[item.source])
            do throws(ElasticsearchError) {
                let index = try resolved(name)
                item.index = index
                if let refusal = refusal(item, source) {
                    items.append((item, refusal))
                    continue
                }
            } catch {
                items.append((item, .refused(error)))
                continue
            }
            items.append((item, try outcome(of: item, source)))
        }
        guard !items.isEmpty else {
            throw ElasticsearchError(.badRequest, "parse_exception", "request body is required")
        }
    }

    /// What the name of an index means, looked at once for each.
    private mutating func resolved(_ name: String) throws(ElasticsearchError) -> String {
        if let known = indices[name] { return try known.get() }
        let found = Result { () throws(ElasticsearchError) in try IndexName.resolved(name, settings.context) }
        indices[name] = found
        return try found.get()
    }

    private mutating func outcome(of item: BulkItem, _ source: UnsafeRawBufferPointer) throws -> BulkOutcome {
        guard let index = item.index else { return .bad("index is missing") }
        if item.operation == .update { return try update(item, index, source) }
        let standing = item.identity.map { documents.standing(index: index, identity: $0) } ?? .missing
        if item.operation == .index, standing == .others, let identity = item.identity { return .others(identity) }
        let isKnown = item.operation == .create ? standing != .missing : standing == .own
        if isKnown, item.operation == .create, let identity = item.identity {
            let there = try settings.stored.document(index: index, identity: identity) ?? []
            let isSame = settings.forced.added(to: source) { sent in
                SameDocument.check(stored: there, sent: sent)
                    || isMade(there, of: sent, index: index, identity: identity, item.pipeline ?? settings.pipeline)
            }
            return isSame ? .noop : .taken(identity)
        }
        let (pipeline, forced) = (item.pipeline ?? settings.pipeline, settings.forced)
        let number = batch.count
        switch item.operation {
        case .delete:
            batch.append(
                .delete, index: index, identity: item.identity, pipeline: nil, owner: forced.labels, source: source)
            if case .made = updates { note(item, index, pipeline, source) }
        case .create, .index, .update:
            forced.added(to: source) { source in
                batch.append(
                    item.operation == .create ? .create : .index, index: index, identity: item.identity,
                    pipeline: pipeline, owner: item.operation == .create ? .empty : forced.labels, source: source)
                if case .made = updates { note(item, index, pipeline, source) }
            }
        }
        return .queued(number, isKnown: isKnown)
    }

    /// Whether pipelines make of what is sent what is there.
    private func isMade(
        _ stored: [UInt8], of sent: UnsafeRawBufferPointer, index: String, identity: String, _ pipeline: String?
    ) -> Bool {
        guard settings.pipelines.isProcessed(index: index, pipeline: pipeline) else { return false }
        let document = QueuedDocument(
            operation: .create, index: index, identity: identity, pipeline: pipeline, source: Array(sent))
        let made = settings.pipelines.process(document, ordinal: 0, receivedAt: settings.context.nowNanoseconds)
        guard case .changed(let object, let madeIndex, let madeIdentity) = made, madeIndex == index,
            madeIdentity == identity
        else { return false }
        return DocumentWriter.bytes(of: object).withUnsafeBytes { SameDocument.check(stored: stored, sent: $0) }
    }

    private mutating func note(
        _ item: BulkItem, _ index: String, _ pipeline: String?, _ source: UnsafeRawBufferPointer
    ) {
        documents.note(item.operation, index: index, identity: item.identity, pipeline: pipeline, source)
    }

    private mutating func update(
        _ item: BulkItem, _ index: String, _ source: UnsafeRawBufferPointer
    ) throws -> BulkOutcome {
        guard let identity = item.identity else { return .bad("an id must be provided if the operation is update") }
        if case .refused = updates {
            return .refused(
                status: 409, type: "version_conflict_engine_exception",
                reason: "[\(identity)]: version conflict, others write the document at the same time")
        }
        if case .unsupported = updates { return .bad(ElasticsearchAPI.sharedRefusal) }
        let (number, forced) = (batch.count, settings.forced)
        do {
            guard let updated = try documents.updated(index: index, identity: identity, source) else { return .noop }
            // Only what is new goes through pipelines.
            let pipeline = updated.isNew ? item.pipeline ?? settings.pipeline : PipelineAssignments.none
            updated.bytes.withUnsafeBytes { bytes in
                forced.added(to: bytes) { source in
                    batch.append(
                        .index, index: index, identity: identity, pipeline: pipeline, owner: forced.labels,
                        source: source)
                    documents.note(.index, index: index, identity: identity, pipeline: pipeline, source)
                }
            }
            return .queued(number, isKnown: !updated.isNew)
        } catch let error as ElasticsearchError {
            return .refused(error)
        }
    }

    private func refusal(_ item: BulkItem, _ source: UnsafeRawBufferPointer) -> BulkOutcome? {
        if let condition = item.condition { return .refused(.unsupportedCondition(condition)) }
        if item.identity?.isEmpty == true { return .bad("if _id is specified it must not be empty") }
        if let identity = item.identity, identity.utf8.count > 512 {
            return .bad("id [\(identity.prefix(64))…] is too long, must be no longer than 512 bytes")
        }
        if item.operation == .delete {
            guard let identity = item.identity else {
                return .bad("an id must be provided if the operation is delete")
            }
            return GeneratedIdentity.sequence(of: identity) == nil
                ? nil : .bad(RequestedDocuments.generatedRefusal(identity))
        }
        if let pipeline = item.pipeline ?? settings.pipeline, pipeline != PipelineAssignments.none,
            settings.pipelines.current[pipeline] == nil
        {
            return .bad("pipeline with id [\(pipeline)] does not exist")
        }
        guard source.count <= settings.documentBytesMax else {
            return .bad(
                "document at line \(item.line + 1) of \(source.count) bytes, more than \(settings.documentBytesMax)")
        }
        do throws(WireFormatError) {
            try JSONObjectCheck.check(source)
            return nil
        } catch { return .unparsable(error, line: item.line + 1) }
    }
}
