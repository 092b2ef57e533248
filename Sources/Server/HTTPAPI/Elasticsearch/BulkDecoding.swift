import HTTPTypes
import Pipeline
import WireFormats

/// A bulk request as documents for the queue, and what is answered to each action.
struct BulkDecoding: Sendable {
    var items: [(item: BulkItem, outcome: BulkOutcome)] = []
    var batch = DocumentBatch()
    private var checkedNames: [String: String] = [:]

    var refusedCount: Int {
        items.count(where: { if case .refused = $0.outcome { true } else { false } })
    }

    /// Throws only when the request as a whole cannot be read; then nothing of it is taken.
    init(
        _ body: UnsafeRawBufferPointer, defaultIndex: String?, pipeline: String?, documentBytesMax: Int,
        forced: ForcedFields, stored: any StoredDocuments, pipelines: PipelineSet
    ) throws {
        batch.reserveCapacity(body.count)
        var reader = BulkReader(body)
        while let item = try reader.next() {
            guard let index = item.index ?? defaultIndex else {
                throw ElasticsearchError(
                    .badRequest, "action_request_validation_exception",
                    "Validation Failed: \(items.count + 1): index is missing;")
            }
            let source = UnsafeRawBufferPointer(rebasing: body[item.source])
            if let refusal = refusal(item, index, source, documentBytesMax)
                ?? unknown(item.pipeline ?? pipeline, pipelines)
            {
                items.append((item, refusal))
                continue
            }
            let isKnown = item.identity.map { stored.holds(index: index, identity: $0) } ?? false
            if isKnown, item.operation == .create, let identity = item.identity {
                let there = try stored.document(index: index, identity: identity) ?? []
                let isSame = forced.added(to: source) { SameDocument.check(stored: there, sent: $0) }
                items.append((item, isSame ? .noop : .taken(identity)))
                continue
            }
            let number = batch.count
            let operation: QueuedDocument.Operation =
                switch item.operation {
                case .create: .create
                case .index, .update: .index
                case .delete: .delete
                }
            if item.operation == .delete {
                batch.append(operation, index: index, identity: item.identity, pipeline: nil, source: source)
            } else {
                forced.added(to: source) {
                    batch.append(
                        operation, index: index, identity: item.identity, pipeline: item.pipeline ?? pipeline,
                        source: $0)
                }
            }
            items.append((item, .queued(number, isKnown: isKnown)))
        }
        guard !items.isEmpty else {
            throw ElasticsearchError(.badRequest, "parse_exception", "request body is required")
        }
    }

    private func unknown(_ pipeline: String?, _ pipelines: PipelineSet) -> BulkOutcome? {
        guard let pipeline, pipeline != PipelineAssignments.none, pipelines[pipeline] == nil else { return nil }
        return .bad("pipeline with id [\(pipeline)] does not exist")
    }

    private mutating func refusal(
        _ item: BulkItem, _ index: String, _ source: UnsafeRawBufferPointer, _ documentBytesMax: Int
    ) -> BulkOutcome? {
        let name: String
        if let known = checkedNames[index] {
            name = known
        } else {
            name = IndexName.refusal(index) ?? ""
            checkedNames[index] = name
        }
        if !name.isEmpty { return .refused(status: 400, type: "invalid_index_name_exception", reason: name) }
        if let identity = item.identity, identity.utf8.count > 512 {
            return .bad("id [\(identity.prefix(64))…] is too long, must be no longer than 512 bytes")
        }
        switch item.operation {
        case .update:
            return .bad("update is not supported: documents of logs are replaced by [index] or kept by [create]")
        case .delete:
            return item.identity == nil ? .bad("an id must be provided if the operation is delete") : nil
        case .create, .index: break
        }
        guard source.count <= documentBytesMax else {
            return .bad("document at line \(item.line + 1) of \(source.count) bytes, more than \(documentBytesMax)")
        }
        do throws(WireFormatError) {
            try JSONObjectCheck.check(source)
            return nil
        } catch { return .unparsable(error, line: item.line + 1) }
    }
}
