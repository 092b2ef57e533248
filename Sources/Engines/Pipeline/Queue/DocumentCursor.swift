import Basics

/// Goes through the documents of a record's payload.
struct DocumentCursor {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private var index = UnsafeRawBufferPointer(start: nil, count: 0)
    private var pipeline: UnsafeRawBufferPointer?

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func next() throws(DocumentQueueError) -> DocumentView? {
        guard offset < bytes.count else { return nil }
        let flags = bytes[offset]
        guard let operation = QueuedDocument.Operation(rawValue: flags & DocumentFlags.operation)
        else { throw damage("unknown flags \(flags)") }
        offset += 1
        if flags & DocumentFlags.sameDestination == 0 {
            index = try part()
            pipeline = flags & DocumentFlags.pipeline == 0 ? nil : try part()
        }
        let identity = flags & DocumentFlags.identity == 0 ? nil : try part()
        let note = flags & DocumentFlags.note == 0 ? nil : try part()
        let receivedAt = flags & DocumentFlags.receivedAt == 0 ? nil : try time()
        let owner = flags & DocumentFlags.owner == 0 ? nil : try part()
        return DocumentView(
            operation: operation, index: index, identity: identity, pipeline: pipeline, note: note,
            receivedAt: receivedAt, owner: owner, source: try part())
    }

    var isAtEnd: Bool { offset == bytes.count }

    private mutating func time() throws(DocumentQueueError) -> Int64 {
        guard bytes.count - offset >= 8 else { throw damage("a time runs past the end") }
        defer { offset += 8 }
        return Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self))
    }

    private mutating func part() throws(DocumentQueueError) -> UnsafeRawBufferPointer {
        let start = offset
        guard let count = Varint.read(bytes, at: &offset), count <= UInt64(bytes.count - offset) else {
            offset = start
            throw damage("a part runs past the end")
        }
        defer { offset += Int(count) }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(count)])
    }

    private func damage(_ message: String) -> DocumentQueueError {
        DocumentQueueError(.damaged, "document at byte \(offset) of its record: \(message)")
    }
}
