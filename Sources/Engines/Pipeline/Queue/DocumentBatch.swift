import Basics
package import SignalModel

/// Documents packed one after another, as they lie in a record of the queue: none costs an allocation of its own.
///
/// docs/formats/document-queue.md tells the bytes.
package struct DocumentBatch: Sendable, Equatable {
    package private(set) var bytes: [UInt8] = []
    package private(set) var count = 0
    /// Where the index and the pipeline of the document before stand, to leave out what is the same again.
    private var previousIndex: Range<Int> = 0..<0
    private var previousPipeline: Range<Int>?
    /// Where the last document begins, and where it has its note or would have one.
    private var lastStart = 0
    private var lastNotePlace = 0

    package init() {}

    /// A record's payload. Whoever reads it meets its faults.
    init(payload: [UInt8], count: Int) {
        bytes = payload
        self.count = count
    }

    package var isEmpty: Bool { count == 0 }

    package mutating func reserveCapacity(_ bytesCount: Int) { bytes.reserveCapacity(bytesCount) }

    package mutating func append(_ document: DocumentView) {
        let isSame = count > 0 && equal(previousIndex, document.index) && equal(previousPipeline, document.pipeline)
        var flags = document.operation.rawValue
        if document.identity != nil { flags |= DocumentFlags.identity }
        if isSame { flags |= DocumentFlags.sameDestination }
        if !isSame, document.pipeline != nil { flags |= DocumentFlags.pipeline }
        if document.note != nil { flags |= DocumentFlags.note }
        if document.receivedAt != nil { flags |= DocumentFlags.receivedAt }
        if document.owner != nil { flags |= DocumentFlags.owner }
        lastStart = bytes.count
        bytes.append(flags)
        if !isSame {
            previousIndex = appendCounted(document.index)
            previousPipeline = document.pipeline.map { appendCounted($0) }
        }
        if let identity = document.identity { _ = appendCounted(identity) }
        if let note = document.note { _ = appendCounted(note) }
        lastNotePlace = bytes.count
        if let time = document.receivedAt {
            withUnsafeBytes(of: time.littleEndian) { bytes.append(contentsOf: $0) }
        }
        if let owner = document.owner { _ = appendCounted(owner) }
        _ = appendCounted(document.source)
        count += 1
    }

    /// Gives the last document a note, which it must not have yet.
    package mutating func noteLast(_ note: [UInt8]) {
        precondition(count > 0 && bytes[lastStart] & DocumentFlags.note == 0, "no last document, or one with a note")
        bytes[lastStart] |= DocumentFlags.note
        var counted: [UInt8] = []
        Varint.append(UInt64(note.count), to: &counted)
        bytes.insert(contentsOf: counted + note, at: lastNotePlace)
    }

    /// `owner`: what a document that it replaces or deletes must have; empty for nothing.
    package mutating func append(
        _ operation: QueuedDocument.Operation, index: String, identity: String?, pipeline: String?,
        owner: Labels = .empty, source: UnsafeRawBufferPointer
    ) {
        QueuedDocument.withViews(index, identity, pipeline, nil) { index, identity, pipeline, _ in
            owner.packed.withUnsafeBytes { owner in
                append(
                    DocumentView(
                        operation: operation, index: index, identity: identity, pipeline: pipeline,
                        owner: owner.isEmpty ? nil : owner, source: source))
            }
        }
    }

    package mutating func append(_ document: QueuedDocument) {
        document.withView { append($0) }
    }

    /// Calls `body` with each document in order. Throws when the payload is damaged.
    package func forEach(_ body: (DocumentView) throws -> Void) throws {
        try bytes.withUnsafeBytes { raw in
            var cursor = DocumentCursor(raw)
            while let document = try cursor.next() { try body(document) }
        }
    }

    /// Keeps its memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        count = 0
        previousIndex = 0..<0
        previousPipeline = nil
    }

    private func equal(_ range: Range<Int>?, _ other: UnsafeRawBufferPointer?) -> Bool {
        guard let range, let other else { return range == nil && other == nil }
        guard range.count == other.count else { return false }
        return bytes.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[range]).elementsEqual(other) }
    }

    private mutating func appendCounted(_ part: UnsafeRawBufferPointer) -> Range<Int> {
        Varint.append(UInt64(part.count), to: &bytes)
        let start = bytes.count
        bytes.append(contentsOf: part)
        return start..<bytes.count
    }
}

enum DocumentFlags {
    static let operation: UInt8 = 0b11
    static let identity: UInt8 = 1 << 2
    static let pipeline: UInt8 = 1 << 3
    static let sameDestination: UInt8 = 1 << 4
    static let note: UInt8 = 1 << 5
    static let receivedAt: UInt8 = 1 << 6
    static let owner: UInt8 = 1 << 7
}
