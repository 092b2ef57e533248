package import Basics
package import SignalModel
import Synchronization

/// The running operations core: takes inputs, journals them, applies them, sends what is due and wakes for what
/// comes next. `run` is its one loop; everything else only hands it work or reads the latest state.
package final class OperationsCore: Sendable {
    /// Runs what blocks (the journal) where it holds nobody up.
    package typealias Blocking = @Sendable (@escaping @Sendable () throws -> Void) async throws -> Void

    private enum Work: Sendable {
        case input(OperationsInput, CheckedContinuation<Void, any Error>?)
        case wake
        case stop
    }

    private struct Shared: Sendable {
        var state: OperationsState
        var change: UInt64 = 0
        var watchers: [UInt64: AsyncStream<UInt64>.Continuation] = [:]
        var nextWatcher: UInt64 = 0
        var journalFailure: String?
    }

    private let journal: any OperationsJournal
    private let notifier: @Sendable () -> any Notifier
    private let clock: any WallClock
    private let blocking: Blocking
    private let onProblem: @Sendable (String) -> Void
    private let shared: Mutex<Shared>
    private let inbox: AsyncStream<Work>
    private let inboxIn: AsyncStream<Work>.Continuation

    /// Entries after which the journal begins anew from a snapshot.
    private static let entriesPerSnapshot: UInt64 = 2000
    private static let journalRetry = Duration.seconds(1)

    /// Reads the journal; blocks. `clock` must not go back while this lives; it may have gone back before.
    /// `notifier` is asked for each message, so a reload takes effect at once.
    package init(
        journal: any OperationsJournal, notifier: @escaping @Sendable () -> any Notifier, clock: any WallClock,
        blocking: @escaping Blocking, onProblem: @escaping @Sendable (String) -> Void
    ) throws(ResponseError) {
        self.journal = journal
        self.notifier = notifier
        self.clock = clock
        self.blocking = blocking
        self.onProblem = onProblem
        shared = Mutex(Shared(state: try journal.load().restored()))
        (inbox, inboxIn) = AsyncStream.makeStream()
    }

    package var state: OperationsState { shared.withLock { $0.state } }
    /// Why inputs cannot be made durable right now; nil when they can.
    package var journalFailure: String? { shared.withLock { $0.journalFailure } }

    /// A number for each change of the state, the newest only: for pages that follow along.
    package func changes() -> AsyncStream<UInt64> {
        let (stream, continuation) = AsyncStream.makeStream(of: UInt64.self, bufferingPolicy: .bufferingNewest(1))
        let id = shared.withLock { shared in
            shared.nextWatcher += 1
            shared.watchers[shared.nextWatcher] = continuation
            return shared.nextWatcher
        }
        continuation.onTermination = { [weak self] _ in
            self?.shared.withLock { _ = $0.watchers.removeValue(forKey: id) }
        }
        return stream
    }

    /// Returns once the input is durable and applied.
    package func perform(_ input: OperationsInput) async throws {
        try await withCheckedThrowingContinuation { continuation in
            if case .terminated = inboxIn.yield(.input(input, continuation)) {
                continuation.resume(throwing: ResponseError(.unavailable, "shutting down"))
            }
        }
    }

    /// Hands over alerts; they are journalled and applied in the order of the calls.
    package func observe(_ alerts: [ObservedAlert]) {
        guard !alerts.isEmpty else { return }
        inboxIn.yield(.input(.observed(alerts.map(AlertInput.init)), nil))
    }

    /// An action on a page by a person. Refuses what cannot be before it is journalled.
    package func act(on page: String, _ input: OperationsInput) async throws {
        if let refusal = state.refusal(of: page) { throw refusal }
        try await perform(input)
    }

    /// The loop. Ends, with everything handed over before journalled, after `stop`.
    package func run() async {
        await withDiscardingTaskGroup { tasks in
            var loop = Loop()
            let state = state
            if !state.isQuiet { loop.lead = max(.zero, state.now - clock.now()) }
            arrange(&loop, &tasks)
            for await work in inbox {
                switch work {
                case .stop:
                    inboxIn.finish()
                case .wake:
                    loop.scheduledWake = nil
                    await take(.clockReached, nil, &loop)
                case .input(let input, let continuation):
                    if case .delivered(let key, _) = input { loop.underWay[key] = nil }
                    await take(input, continuation, &loop)
                }
                arrange(&loop, &tasks)
            }
            await settle(&loop)
            tasks.cancelAll()
        }
        shared.withLock { shared in
            for watcher in shared.watchers.values { watcher.finish() }
            shared.watchers = [:]
        }
    }

    /// Ends `run` after what was handed over before.
    package func stop() { inboxIn.yield(.stop) }

    /// What only the loop touches.
    private struct Loop {
        var scheduledWake: Timestamp?
        /// Keys of messages being sent, with their places.
        var underWay: [String: ChannelReference] = [:]
        /// Applied, not yet durable: the disk refused them.
        var unwritten: [JournalEntry] = []
        var sinceSnapshot: UInt64 = 0
        /// How far the state's time is ahead of the clock, because that was set back between two runs.
        var lead = Duration.zero
    }

    private func take(
        _ input: OperationsInput, _ continuation: CheckedContinuation<Void, any Error>?, _ loop: inout Loop
    ) async {
        let state = state
        if state.isQuiet { loop.lead = .zero }
        let entry = JournalEntry(
            sequence: state.sequence + 1, atMilliseconds: (clock.now() + loop.lead).milliseconds,
            input: input.ahead(by: loop.lead))
        let entries = loop.unwritten + [entry]
        do {
            try await blocking { [journal] in try journal.append(entries) }
            loop.unwritten = []
            shared.withLock { $0.journalFailure = nil }
        } catch {
            shared.withLock { $0.journalFailure = "\(error)" }
            onProblem("the operations journal: \(error)")
            if let continuation {
                // A person is told; an alert must page even while the disk is full.
                continuation.resume(throwing: ResponseError(.unavailable, "the operations journal: \(error)"))
                return
            }
            loop.unwritten = entries
        }
        shared.withLock { shared in
            shared.state.apply(entry)
            shared.change += 1
            for watcher in shared.watchers.values { watcher.yield(shared.change) }
        }
        continuation?.resume()
        loop.sinceSnapshot += 1
        if loop.sinceSnapshot >= Self.entriesPerSnapshot, loop.unwritten.isEmpty { await keepSnapshot(&loop) }
    }

    private func keepSnapshot(_ loop: inout Loop) async {
        loop.sinceSnapshot = 0
        let state = state
        do { try await blocking { [journal] in try journal.keep(state) } } catch {
            onProblem("a snapshot of the operations state: \(error)")
        }
    }

    private func settle(_ loop: inout Loop) async {
        guard !loop.unwritten.isEmpty else { return }
        let entries = loop.unwritten
        do { try await blocking { [journal] in try journal.append(entries) } } catch {
            onProblem("\(entries.count) entries of the operations journal are lost: \(error)")
        }
    }

    /// Starts what is due and schedules the next waking.
    private func arrange(_ loop: inout Loop, _ tasks: inout DiscardingTaskGroup) {
        let state = state
        let lead = loop.lead
        let now = clock.now() + lead
        for message in state.dueMessages(at: now)
        where loop.underWay[message.notification.key] == nil && !loop.underWay.values.contains(message.place) {
            loop.underWay[message.notification.key] = message.place
            let notifier = notifier()
            tasks.addTask {
                let result = await notifier.deliver(message.notification)
                self.inboxIn.yield(.input(.delivered(key: message.notification.key, result: result), nil))
            }
        }
        var wake = [state.nextWakeUp, state.nextMessage(after: now)].compactMap { $0 }.min()
        if !loop.unwritten.isEmpty { wake = min(wake ?? .distantFuture, now + Self.journalRetry) }
        guard let wake else { return }
        let due = max(wake, now + .milliseconds(1))
        if let scheduled = loop.scheduledWake, scheduled <= due { return }
        loop.scheduledWake = due
        tasks.addTask {
            guard (try? await self.clock.sleep(until: due - lead)) != nil else { return }
            self.inboxIn.yield(.wake)
        }
    }
}
