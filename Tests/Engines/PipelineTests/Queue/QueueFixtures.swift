import Basics
import Pipeline
import TestKit

extension DocumentBatch {
    init(_ sources: [String], index: String = "logs-app-default") {
        self.init()
        for source in sources {
            append(QueuedDocument(operation: .create, index: index, source: Array(source.utf8)))
        }
    }
}

func openQueue(
    _ disk: MemoryFileSystem, _ options: DocumentQueueOptions = DocumentQueueOptions(), from ordinal: UInt64 = 0
) throws -> DocumentQueue {
    try DocumentQueue(
        directory: "/data/queue", fileSystem: disk, clock: VirtualClock(), options: options, nextOrdinalMin: ordinal)
}

/// Every document from `ordinal` on, with its ordinal.
func contents(of queue: DocumentQueue, from ordinal: UInt64 = 0) throws -> [(UInt64, String)] {
    var reader = queue.reader(from: ordinal)
    var found: [(UInt64, String)] = []
    while let record = try reader.next() {
        var next = record.firstOrdinal
        try record.documents.forEach { document in
            if next >= record.firstOrdinal + UInt64(record.skippedCount) {
                found.append((next, String(decoding: document.source, as: UTF8.self)))
            }
            next += 1
        }
    }
    return found
}
