import Basics
import PromQL
import Synchronization

/// One query under way: asked by its thread whether to go on, and by others how it goes.
final class RunningQuery: QueryCancellation {
    /// More of a query's text is not kept for people.
    private static let textBytesMax = 4096

    let id: String
    private let text: String
    private let kind: String
    private let by: String
    private let startedAt: Timestamp
    private let began: Duration
    private let isGone: @Sendable () -> Bool
    private let isEnded = Atomic(false)
    private let isRunning = Atomic(false)
    private let held = Atomic(0)
    private let read = Atomic(0)
    private let ender = Mutex<String?>(nil)

    init(
        id: String, text: String, kind: String, by: String, startedAt: Timestamp, began: Duration,
        isGone: @escaping @Sendable () -> Bool
    ) {
        self.id = id
        self.text = String(decoding: text.utf8.prefix(Self.textBytesMax), as: UTF8.self)
        self.kind = kind
        self.by = by
        self.startedAt = startedAt
        self.began = began
        self.isGone = isGone
    }

    var isCancelled: Bool { isEnded.load(ordering: .relaxed) || isGone() }

    func note(samplesHeld: Int, samplesRead: Int) {
        isRunning.store(true, ordering: .relaxed)
        held.store(samplesHeld, ordering: .relaxed)
        read.store(samplesRead, ordering: .relaxed)
    }

    var endedBy: String? { ender.withLock { $0 } }

    func end(by: String) {
        ender.withLock { $0 = by }
        isEnded.store(true, ordering: .relaxed)
    }

    func report(at now: Duration) -> QueryRegistry.Report {
        QueryRegistry.Report(
            id: id, text: text, kind: kind, by: by, startedAt: startedAt, took: now - began,
            samplesHeld: held.load(ordering: .relaxed), samplesRead: read.load(ordering: .relaxed),
            state: isRunning.load(ordering: .relaxed) ? .running : .waiting)
    }
}
