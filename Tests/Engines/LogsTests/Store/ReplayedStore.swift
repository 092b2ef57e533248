import Basics
import Logs
import SignalModel
import TestKit

/// A store behind a queue that keeps everything, and what a version of a pipeline makes of each document: written as
/// the server does it, so that a test may end it anywhere and go on.
final class ReplayedStore {
    /// A document as it was sent.
    struct Sent {
        var identity: String
        var conflict: LogBatch.Conflict
    }

    /// What a pipeline does to a document.
    enum Outcome: Equatable {
        case stored(index: String, identity: String, text: String)
        case dropped
        case failed
    }

    private let disk: MemoryFileSystem
    private let pipeline: (_ version: Int, _ sequence: UInt64, Sent) -> Outcome
    private(set) var store: LogStore
    private(set) var queue: [Sent] = []
    /// Of documents as they come.
    var version = 1
    /// The next document of a replay that is under way, durable as of the last flush, and where it ends.
    private(set) var replay: (next: UInt64, end: UInt64, version: Int)?

    init(_ disk: MemoryFileSystem, _ pipeline: @escaping (Int, UInt64, Sent) -> Outcome) throws {
        self.disk = disk
        self.pipeline = pipeline
        store = try Self.opened(disk)
    }

    private static func opened(_ disk: MemoryFileSystem) throws -> LogStore {
        var settings = LogStoreSettings()
        settings.mergeCount = 2
        settings.remembersSuperseded = true
        return try LogStore(directory: "logs", fileSystem: disk, settings: settings)
    }

    func send(_ documents: [Sent]) throws {
        let first = UInt64(queue.count + 1)
        queue += documents
        try process(first...UInt64(queue.count))
    }

    private func process(_ sequences: ClosedRange<UInt64>) throws {
        try store.append(batch(sequences, version).batch, through: sequences.upperBound)
    }

    private func batch(_ sequences: ClosedRange<UInt64>, _ version: Int) -> (batch: LogBatch, taken: Set<UInt64>) {
        var batch = LogBatch()
        var taken: Set<UInt64> = []
        for sequence in sequences {
            let sent = queue[Int(sequence) - 1]
            let (index, identity, text): (String, String, String)
            if sent.conflict == .deletes {
                (index, identity, text) = ("a", sent.identity, "")
            } else {
                switch pipeline(version, sequence, sent) {
                case .stored(let toIndex, let named, let made): (index, identity, text) = (toIndex, named, made)
                case .dropped:
                    taken.insert(sequence)
                    continue
                case .failed: continue
                }
            }
            taken.insert(sequence)
            if sent.conflict != .deletes { batch.add(field: "message", .string(text)) }
            let number = batch.number(of: index)
            Array(identity.utf8).withUnsafeBytes {
                batch.endRecord(
                    timestampNanoseconds: Int64(sequence % 7) * 20_000_000_000_000, sequence: sequence, index: number,
                    identity: $0, conflict: sent.conflict)
            }
        }
        return (batch, taken)
    }

    private(set) var hasReplayed = false

    func beginReplay(from first: UInt64, version: Int) {
        hasReplayed = true
        replay = (first, UInt64(queue.count), version)
    }

    /// A batch of the replay that is under way; done it is only with the flush that follows some of them.
    @discardableResult
    func goOn(from next: UInt64, count: UInt64) throws -> UInt64 {
        guard let replay, next <= replay.end else { return next }
        let last = min(next + count - 1, replay.end)
        let (batch, taken) = batch(next...last, replay.version)
        _ = try store.replace(taken, with: batch)
        return last + 1
    }

    func flushReplay(to next: UInt64) throws {
        try store.flush()
        if let running = replay { replay = next > running.end ? nil : (next, running.end, running.version) }
    }

    func runReplay(_ chance: SeededRandomness) throws {
        while let replay {
            var next = replay.next
            for _ in 0...chance.next() % 3 { next = try goOn(from: next, count: 1 + chance.next() % 9) }
            try flushReplay(to: next)
        }
    }

    /// As a start after the process was killed: what is not in parts comes from the queue again.
    func restart() throws {
        store = try Self.opened(disk)
        let first = store.durableOrdinal + 1
        if first <= UInt64(queue.count) { try process(first...UInt64(queue.count)) }
    }

    func delete(containing word: String) throws -> Int {
        try store.delete(LogQuery(filter: .test(.named("message"), .match(.string(word), .allWords))))
    }

    struct Row: Hashable {
        var sequence: UInt64
        var index: String
        var text: String
    }

    func rows() throws -> [Row] {
        try store.snapshot().rows(LogQuery(), LogRowsRequest(isDescending: false, limit: 100_000)).map { row in
            Row(sequence: row.place.sequence, index: row.index, text: row["message"]?.text ?? "")
        }.sorted { $0.sequence < $1.sequence }
    }
}
