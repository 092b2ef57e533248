package import SignalModel

/// A document in bytes that somebody else holds: good for as long as they are.
package struct DocumentView {
    package var operation: QueuedDocument.Operation
    package var index: UnsafeRawBufferPointer
    package var identity: UnsafeRawBufferPointer?
    package var pipeline: UnsafeRawBufferPointer?
    /// Why it is where it is: among dead letters the reason; among what was read of topics how far they are read.
    package var note: UnsafeRawBufferPointer?
    /// When it came, nanoseconds since 1970; nil: when the batch did.
    package var receivedAt: Int64?
    /// `Labels`, packed: it may replace or delete only what has them; nil for anything.
    package var owner: UnsafeRawBufferPointer?
    package var source: UnsafeRawBufferPointer

    package init(
        operation: QueuedDocument.Operation, index: UnsafeRawBufferPointer, identity: UnsafeRawBufferPointer? = nil,
        pipeline: UnsafeRawBufferPointer? = nil, note: UnsafeRawBufferPointer? = nil, receivedAt: Int64? = nil,
        owner: UnsafeRawBufferPointer? = nil, source: UnsafeRawBufferPointer
    ) {
        self.operation = operation
        self.index = index
        self.identity = identity
        self.pipeline = pipeline
        self.note = note
        self.receivedAt = receivedAt
        self.owner = owner
        self.source = source
    }

    /// A copy that stands by itself. What is not UTF-8 is repaired.
    package var document: QueuedDocument {
        QueuedDocument(
            operation: operation, index: Self.text(index), identity: identity.map(Self.text),
            pipeline: pipeline.map(Self.text), owner: ownerLabels ?? .empty, source: Array(source))
    }

    package var ownerLabels: Labels? { owner.map { Labels(packed: Array($0)) } }

    package var noteText: String? { note.map(Self.text) }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension QueuedDocument {
    package func withView<Value>(note: String? = nil, _ body: (DocumentView) throws -> Value) rethrows -> Value {
        try Self.withViews(index, identity, pipeline, note) { index, identity, pipeline, note in
            try source.withUnsafeBytes { source in
                try owner.packed.withUnsafeBytes { owner in
                    try body(
                        DocumentView(
                            operation: operation, index: index, identity: identity, pipeline: pipeline, note: note,
                            owner: owner.isEmpty ? nil : owner, source: source))
                }
            }
        }
    }

    static func withViews<Value>(
        _ index: String, _ identity: String?, _ pipeline: String?, _ note: String?,
        _ body: (
            UnsafeRawBufferPointer, UnsafeRawBufferPointer?, UnsafeRawBufferPointer?, UnsafeRawBufferPointer?
        ) throws -> Value
    ) rethrows -> Value {
        try withBytes(index) { index in
            try withBytes(identity ?? "") { identityBytes in
                try withBytes(pipeline ?? "") { pipelineBytes in
                    try withBytes(note ?? "") { noteBytes in
                        try body(
                            index, identity == nil ? nil : identityBytes, pipeline == nil ? nil : pipelineBytes,
                            note == nil ? nil : noteBytes)
                    }
                }
            }
        }
    }

    private static func withBytes<Value>(
        _ text: String, _ body: (UnsafeRawBufferPointer) throws -> Value
    ) rethrows -> Value {
        var text = text
        return try text.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
    }
}
