package import Basics
import Synchronization

/// Documents that could not be processed, with their reasons, on disk; in the queue's own format.
///
/// Bounded by bytes: beyond it the oldest go, and are counted. A document has one dead letter, however often it is met
/// again after crashes.
package final class DeadLetters: Sendable {
    private struct State {
        /// Ordinals that may be met again: of letters found at the start.
        var known: Set<UInt64> = []
        var dropped: UInt64 = 0
        var written: UInt64 = 0
        var replayed: UInt64 = 0
    }

    package struct Statistics: Sendable, Hashable {
        package var letters: UInt64
        package var bytes: Int
        package var bytesMax: Int
        package var written: UInt64
        /// The oldest, for want of room.
        package var dropped: UInt64
        package var replayed: UInt64
    }

    private let queue: DocumentQueue
    private let bytesMax: Int
    private let sliceBytes: Int
    private let state: Mutex<State>

    /// `durableOrdinal`: documents of the queue up to it are never met again.
    package init(
        directory: String, fileSystem: any FileSystem, clock: any WallClock, bytesMax: Int, durableOrdinal: UInt64
    ) throws {
        var options = DocumentQueueOptions()
        options.bytesMax = bytesMax
        options.segmentBytes = max(4096, min(4 << 20, bytesMax / 8))
        options.recentBytesMax = 0
        self.bytesMax = bytesMax
        sliceBytes = options.segmentBytes
        queue = try DocumentQueue(
            directory: directory, fileSystem: fileSystem, clock: clock, options: options, nextOrdinalMin: 1)
        state = Mutex(State())
        var known: Set<UInt64> = []
        try forEach(from: 0) { letter in
            if letter.ordinal > durableOrdinal { known.insert(letter.ordinal) }
            return true
        }
        state.withLock { [known] in $0.known = known }
    }

    /// Durable on return; blocks. Throws when the disk refuses: the documents must not be given up then.
    func write(
        _ letters: [(ordinal: UInt64, reason: String, document: QueuedDocument)], receivedAt: Int64
    ) throws(DocumentQueueError) {
        let new = state.withLock { state in letters.filter { !state.known.contains($0.ordinal) } }
        var rest = new[...]
        while !rest.isEmpty {
            // A slice at a time: all documents of a large batch at once might be more than there ever is room for.
            var batch = DocumentBatch()
            var slice: [UInt64] = []
            while let letter = rest.first,
                batch.isEmpty || batch.bytes.count + letter.document.source.count <= sliceBytes
            {
                letter.document.withView(note: "\(letter.ordinal) \(letter.reason)") { batch.append($0) }
                slice.append(letter.ordinal)
                rest.removeFirst()
            }
            let isKept = try append(batch, receivedAt: receivedAt)
            state.withLock { [slice] state in
                // Should a later slice fail, all of them come again.
                state.known.formUnion(slice)
                if isKept { state.written += UInt64(slice.count) } else { state.dropped += UInt64(slice.count) }
            }
        }
        state.withLock { $0.known.subtract(new.map(\.ordinal)) }
    }

    /// False when it is more than there is room for with everything else gone.
    private func append(_ batch: DocumentBatch, receivedAt: Int64) throws(DocumentQueueError) -> Bool {
        // Not for its sake do the others go.
        guard batch.bytes.count <= bytesMax / 2 else { return false }
        while true {
            do throws(DocumentQueueError) {
                _ = try queue.appendAndWait(batch, receivedAt: receivedAt)
                return true
            } catch {
                if error.code == .tooLarge { return false }
                guard error.code == .full else { throw error }
                if !dropOldest() {
                    guard batch.bytes.count > bytesMax / 4 else { throw error }
                    return false
                }
            }
        }
    }

    /// A segment of the oldest goes.
    private func dropOldest() -> Bool {
        guard let range = queue.oldestRange else { return false }
        queue.trim(below: range.upperBound)
        guard queue.oldestRange != range else { return false }
        state.withLock { $0.dropped += range.upperBound - range.lowerBound }
        return true
    }

    /// From letter `number` on, until `body` says false.
    package func forEach(from number: UInt64, _ body: (DeadLetter) throws -> Bool) throws {
        var reader = queue.reader(from: number)
        var goesOn = true
        while goesOn, let record = try reader.next() {
            var next = record.firstOrdinal
            try record.documents.forEach { view in
                defer { next += 1 }
                guard goesOn, next >= number else { return }
                let note = view.noteText ?? ""
                let ordinal = UInt64(note.prefix { $0 != " " }) ?? 0
                let letter = DeadLetter(
                    number: next, ordinal: ordinal, receivedAt: record.receivedAt,
                    reason: String(note.drop { $0 != " " }.dropFirst()), document: view.document)
                goesOn = try body(letter)
            }
        }
    }

    /// Removes letters below `number`, as far as whole segments go.
    package func discard(below number: UInt64) { queue.trim(below: number) }

    package func countReplayed(_ count: Int) { state.withLock { $0.replayed += UInt64(count) } }

    package var statistics: Statistics {
        let found = queue.statistics
        return state.withLock { state in
            Statistics(
                letters: UInt64(found.ordinals.count), bytes: found.bytes, bytesMax: found.bytesMax,
                written: state.written, dropped: state.dropped, replayed: state.replayed)
        }
    }

    package func close() { queue.close() }
}
