import Basics

/// Goes through a queue in order. Not safe for concurrent use; each has its own place.
package struct DocumentQueueReader {
    private enum Place {
        case memory(QueuedRecord)
        case disk(QueueSegment)
        case end
    }

    private let queue: DocumentQueue
    /// Of the next document.
    package private(set) var position: UInt64
    /// Documents that were acknowledged and cannot be read any more.
    package private(set) var lostDocuments: UInt64 = 0
    private var segmentNumber: Int?
    private var content: FileContent?
    /// Where the record at `position` begins in `content`, when the last one read was in front of it.
    private var offset = 0

    init(_ queue: DocumentQueue, from ordinal: UInt64) {
        self.queue = queue
        position = ordinal
    }

    /// The record with the next document; nil when everything durable was read.
    package mutating func next() throws -> QueuedRecord? {
        while true {
            switch place() {
            case .end: return nil
            case .memory(let record):
                segmentNumber = nil
                content = nil
                return taken(record)
            case .disk(let segment):
                if let record = try read(segment) { return taken(record) }
                // Damage behind this place: what the rest of the segment had is lost, and said so.
                lostDocuments += segment.ordinals.upperBound - position
                position = segment.ordinals.upperBound
            }
        }
    }

    private mutating func taken(_ record: QueuedRecord) -> QueuedRecord {
        var record = record
        record.skippedCount = Int(position - record.firstOrdinal)
        position = record.ordinals.upperBound
        return record
    }

    private mutating func place() -> Place {
        queue.state.read { state in
            state.forget(below: position)
            if let first = state.recent.first, first.ordinals.contains(position) { return .memory(first) }
            for segment in state.segments where segment.ordinals.upperBound > position {
                // Trimmed, or lost with a whole segment.
                position = max(position, segment.ordinals.lowerBound)
                return .disk(segment)
            }
            position = max(position, state.nextOrdinal)
            return .end
        }
    }

    private mutating func read(_ segment: QueueSegment) throws -> QueuedRecord? {
        if segmentNumber != segment.number || (content?.bytes.count ?? 0) < segment.bytes {
            if segmentNumber != segment.number { offset = QueueFormat.headerBytes }
            content = try queue.fileSystem.map("\(queue.directory)/\(QueueFormat.segmentName(segment.number))")
            segmentNumber = segment.number
        }
        guard let content else { return nil }
        return withExtendedLifetime(content) {
            while let record = QueueFormat.record(of: content.bytes, at: offset) {
                guard record.firstOrdinal <= position else { return nil }
                offset = record.payload.upperBound
                guard record.ordinals.contains(position) else { continue }
                return QueuedRecord(
                    firstOrdinal: record.firstOrdinal, receivedAt: record.receivedAt,
                    documents: DocumentBatch(
                        payload: Array(UnsafeRawBufferPointer(rebasing: content.bytes[record.payload])),
                        count: record.count))
            }
            return nil
        }
    }
}
