import Basics

/// A document as a message of a topic: the value is its source, a header has the rest, so that others can read the
/// topic too. docs/formats/kafka-topic.md tells the bytes.
package struct TopicRecord {
    package static let headerName = "signalbox"
    private static let version: UInt8 = 1
    /// The version and when the document came.
    private static let prefixBytes = 9

    /// What a message takes beside its value at most, with names as long as they may be.
    package static let overheadBytesMax = 4096

    private var batch = DocumentBatch()
    private var bytes: [UInt8] = []

    package init() {}

    /// Calls `body` with the header.
    package mutating func withHeader<Value>(
        of document: DocumentView, receivedAt: Int64, _ body: (UnsafeRawBufferPointer) throws -> Value
    ) rethrows -> Value {
        batch.removeAll()
        var described = document
        described.source = UnsafeRawBufferPointer(start: nil, count: 0)
        described.note = nil
        described.receivedAt = nil
        batch.append(described)
        bytes.removeAll(keepingCapacity: true)
        bytes.append(Self.version)
        withUnsafeBytes(of: receivedAt.littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: batch.bytes)
        return try bytes.withUnsafeBytes(body)
    }

    /// The document that header and value are of, in bytes that the caller holds.
    package static func document(
        header: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer
    ) throws(DocumentQueueError) -> DocumentView {
        guard let version = header.first else { throw DocumentQueueError(.damaged, "an empty header") }
        guard version == Self.version else {
            throw DocumentQueueError(.damaged, "version \(version), this program knows \(Self.version)")
        }
        guard header.count > prefixBytes else { throw DocumentQueueError(.damaged, "the header is cut off") }
        let receivedAt = Int64(littleEndian: header.loadUnaligned(fromByteOffset: 1, as: Int64.self))
        var cursor = DocumentCursor(UnsafeRawBufferPointer(rebasing: header[prefixBytes...]))
        guard var document = try cursor.next(), document.source.isEmpty, cursor.isAtEnd else {
            throw DocumentQueueError(.damaged, "the header is not one document's")
        }
        document.source = value
        document.note = nil
        document.receivedAt = receivedAt
        return document
    }
}
