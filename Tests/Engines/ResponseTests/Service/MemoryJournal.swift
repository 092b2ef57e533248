import Response
import Synchronization

/// A journal in memory whose disk can be full.
final class MemoryJournal: OperationsJournal {
    private struct Content: Sendable {
        var snapshot: OperationsState?
        var entries: [JournalEntry] = []
        var isFull = false
    }
    private let content = Mutex(Content())

    var entries: [JournalEntry] { content.withLock { $0.entries } }
    func setFull(_ isFull: Bool) { content.withLock { $0.isFull = isFull } }

    func load() throws(ResponseError) -> JournalContent {
        content.withLock { JournalContent(snapshot: $0.snapshot, entries: $0.entries) }
    }

    func append(_ entries: [JournalEntry]) throws(ResponseError) {
        let isStored = content.withLock { content in
            if !content.isFull { content.entries += entries }
            return !content.isFull
        }
        if !isStored { throw ResponseError(.unavailable, "no space left on device") }
    }

    func keep(_ state: OperationsState) throws(ResponseError) {
        content.withLock { content in
            content.snapshot = state
            content.entries.removeAll { $0.sequence <= state.sequence }
        }
    }
}
