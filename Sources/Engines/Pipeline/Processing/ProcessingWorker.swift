import Basics
import SignalModel
import WireFormats

/// Turns documents of the queue into records. One a thread.
struct ProcessingWorker {
    struct Result {
        var batch: LogBatch
        var deadLetters: [(ordinal: UInt64, reason: String, document: QueuedDocument)] = []
        var receivedAt: Int64 = 0
        var dropped = 0
        /// Of the documents that were looked at, when only some are.
        var ordinals: [UInt64] = []
    }

    private var flattener = RecordFlattener()
    private let processing: (any DocumentProcessing)?
    /// The names of the document before, which most documents share.
    private var index = ""
    private var pipeline: String?
    private var isProcessed = false
    /// Nil for all.
    private let wanted: NamePatterns?
    private var isWanted = true

    /// `wanted`: the indices, as they were sent, whose documents are looked at.
    init(_ processing: (any DocumentProcessing)?, only wanted: NamePatterns? = nil) {
        self.processing = processing
        self.wanted = wanted
    }

    mutating func run(_ job: ProcessingJob) throws -> Result {
        var result = Result(batch: LogBatch())
        index = ""
        for record in job.records {
            result.receivedAt = record.receivedAt
            var ordinal = record.firstOrdinal
            try record.documents.forEach { document in
                defer { ordinal += 1 }
                guard ordinal >= record.firstOrdinal + UInt64(record.skippedCount) else { return }
                take(document, ordinal: ordinal, receivedAt: record.receivedAt, &result)
            }
        }
        result.batch = flattener.take()
        return result
    }

    private mutating func take(
        _ view: DocumentView, ordinal: UInt64, receivedAt: Int64, _ result: inout Result
    ) {
        readNames(view)
        guard isWanted else { return }
        if wanted != nil { result.ordinals.append(ordinal) }
        let receivedAt = view.receivedAt ?? receivedAt
        var header = RecordFlattener.Header(
            index: index, identity: view.identity.map { String(decoding: $0, as: UTF8.self) }, sequence: ordinal,
            conflict: view.operation == .create ? .keepsFirst : .replaces, receivedNanoseconds: receivedAt,
            owner: view.ownerLabels)
        guard view.operation != .delete else { return flattener.appendDeletion(header) }
        do throws(WireFormatError) {
            guard isProcessed, let processing else {
                _ = try flattener.append(json: view.source, header)
                return
            }
            switch processing.process(view.document, ordinal: ordinal, receivedAt: receivedAt) {
            case .unchanged: _ = try flattener.append(json: view.source, header)
            case .changed(let object, let index, let identity):
                header.index = index
                header.identity = identity
                _ = try flattener.append(object, header)
            case .dropped: result.dropped += 1
            case .failed(let reason): result.deadLetters.append((ordinal, reason, view.document))
            }
        } catch {
            result.deadLetters.append((ordinal, "the document cannot be read: \(error)", view.document))
        }
    }

    private mutating func readNames(_ view: DocumentView) {
        let isSame =
            index.utf8.elementsEqual(view.index)
            && (pipeline.map { pipeline in view.pipeline.map { pipeline.utf8.elementsEqual($0) } ?? false }
                ?? (view.pipeline == nil))
        guard !isSame || index.isEmpty else { return }
        index = String(decoding: view.index, as: UTF8.self)
        pipeline = view.pipeline.map { String(decoding: $0, as: UTF8.self) }
        isWanted = wanted?.contains(index) ?? true
        isProcessed = processing?.isProcessed(index: index, pipeline: pipeline) ?? false
    }
}
