package import Basics
package import SignalModel
import Synchronization

/// The running operations core: takes inputs, journals them, applies them, sends what is due and wakes for what
/// comes next. `run` is its one loop; everything else only hands it work or reads the latest state.
package final class OperationsCore: Sendable {
    /// Runs what blocks (the journal) where it holds nobody up.
    package typealias Blocking = @Sendable (@escaping @Sendable () throws -> Void) async throws -> Void

    private struct Shared: Sendable {
        var state: OperationsState
        var change: UInt64 = 0
        var watchers: [UInt64: AsyncStream<UInt64>.Continuation] = [:]
        var nextWatcher: UInt64 = 0
        /// After the loop: nobody follows any more.
        var hasEnded = false
        var journalFailure: String?
    }

    private let journal: any OperationsJournal
    private let archive: (any PageArchive)?
    private let notifier: @Sendable () -> any Notifier
    private let clock: any WallClock
    private let blocking: Blocking
    private let blockingLong: Blocking
    private let onProblem: @Sendable (String) -> Void
    private let shared: Mutex<Shared>
    private let auditor: Mutex<OperationsAuditor>
    private let inbox = Mutex(Inbox())
    /// Says that the inbox is to be looked at.
    private let calls: AsyncStream<Void>
    private let call: AsyncStream<Void>.Continuation

    /// The journal begins anew from a snapshot after this much was said, or as much as the state holds: alerts, pages
    /// and messages count one each.
    private static let snapshotAfterMin = 2000
    /// At the latest after so much: a start replays no more than that, some two seconds' worth.
    private static let snapshotAfterMax = 50_000
    private static let journalRetry = Duration.seconds(1)
    private static let archiveRetry = Duration.seconds(60)
    /// Reads the journal; blocks. `clock` must not go back while this lives; it may have gone back before.
    /// `notifier` is asked for each message, so a reload takes effect at once. `blockingLong` is for snapshots, which
    /// take their time while `blocking` goes on. Without an `archive` closed pages that are not among the newest go.
    package init(
        journal: any OperationsJournal, archive: (any PageArchive)? = nil,
        notifier: @escaping @Sendable () -> any Notifier, clock: any WallClock, blocking: @escaping Blocking,
        blockingLong: @escaping Blocking,
        onProblem: @escaping @Sendable (String) -> Void
    ) throws(ResponseError) {
        self.journal = journal
        self.archive = archive
        self.notifier = notifier
        self.clock = clock
        self.blocking = blocking
        self.blockingLong = blockingLong
        self.onProblem = onProblem
        let restored = try journal.load().restored()
        shared = Mutex(Shared(state: restored))
        auditor = Mutex(OperationsAuditor(restored))
        (calls, call) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package var state: OperationsState { shared.withLock { $0.state } }
    /// Why inputs cannot be made durable right now; nil when they can.
    package var journalFailure: String? { shared.withLock { $0.journalFailure } }

    /// A number for each change of the state, the newest only: for pages that follow along.
    package func changes() -> AsyncStream<UInt64> {
        let (stream, continuation) = AsyncStream.makeStream(of: UInt64.self, bufferingPolicy: .bufferingNewest(1))
        let id: UInt64? = shared.withLock { shared in
            guard !shared.hasEnded else { return nil }
            shared.nextWatcher += 1
            shared.watchers[shared.nextWatcher] = continuation
            return shared.nextWatcher
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.shared.withLock { _ = $0.watchers.removeValue(forKey: id) }
        }
        return stream
    }

    /// Returns once the input is durable and applied.
    package func perform(_ input: OperationsInput) async throws { try await perform(input, isUrgent: false) }

    private func perform(_ input: OperationsInput, isUrgent: Bool) async throws {
        try await withCheckedThrowingContinuation { continuation in
            if !hand(.input(input, continuation), isUrgent: isUrgent) {
                continuation.resume(throwing: ResponseError(.unavailable, "shutting down"))
            }
        }
    }

    @discardableResult
    private func hand(_ work: Work, isUrgent: Bool = false) -> Bool {
        let isTaken = inbox.withLock { inbox in
            guard !inbox.hasEnded else { return false }
            inbox.add(work, isUrgent: isUrgent)
            return true
        }
        call.yield()
        return isTaken
    }

    /// Hands over alerts. Those of one severity are journalled and applied in the order of the calls; while others wait,
    /// P0s pass them. An alert's severity is part of what it is, so no alert passes itself.
    package func observe(_ alerts: [ObservedAlert]) {
        for part in parts(alerts) { hand(.input(.observed(part.alerts), nil), isUrgent: part.isUrgent) }
    }

    /// The same; returns once they are durable and applied.
    package func observeDurably(_ alerts: [ObservedAlert]) async throws {
        let parts = parts(alerts)
        // Fast path: what most senders send.
        if parts.count == 1 { return try await perform(.observed(parts[0].alerts), isUrgent: parts[0].isUrgent) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Of one kind each is durable no later than the next, so the last stands for all.
            for isUrgent in [true, false] {
                let kind = parts.filter { $0.isUrgent == isUrgent }
                guard let last = kind.last else { continue }
                for part in kind.dropLast() { hand(.input(.observed(part.alerts), nil), isUrgent: isUrgent) }
                group.addTask { try await self.perform(.observed(last.alerts), isUrgent: isUrgent) }
            }
            try await group.waitForAll()
        }
    }

    /// Inputs of bounded size. Alerts that come together are judged together, so P0s are taken out only while a backlog
    /// would make them wait: then too loud is better than too late.
    private func parts(_ alerts: [ObservedAlert]) -> [(alerts: [AlertInput], isUrgent: Bool)] {
        let inputs = alerts.map(AlertInput.init)
        let hasBacklog = inputs.count > Inbox.alertsMax || inbox.withLock { !$0.work.isEmpty }
        let urgent = hasBacklog ? inputs.filter(\.isP0) : []
        let rest = urgent.isEmpty ? inputs : inputs.filter { !$0.isP0 }
        return [(urgent, true), (rest, false)].flatMap { alerts, isUrgent in
            stride(from: 0, to: alerts.count, by: Inbox.alertsMax).map { start in
                (Array(alerts[start..<min(start + Inbox.alertsMax, alerts.count)]), isUrgent)
            }
        }
    }

    /// An action on a page by a person. Refuses what cannot be before it is journalled.
    package func act(on page: String, _ input: OperationsInput) async throws {
        if let refusal = state.refusal(of: page) { throw refusal }
        try await perform(input)
    }

    // MARK: Watching over it

    /// What the auditor misses.
    package func audit(at time: Timestamp) -> [OperationsAuditor.Finding] {
        let state = state
        return auditor.withLock { $0.audit(state, at: max(time, state.now)) }
    }

    /// What waits to be journalled.
    package var backlog: Int { inbox.withLock { $0.people.count + $0.urgent.count + $0.work.count } }
    /// Another number after each turn of the loop.
    package var turn: UInt64 { shared.withLock { $0.change } }
    /// Makes the loop turn, and does not wait for it.
    package func poke() { hand(.wake) }
    /// Tells the owners, and does not wait for it.
    package func alarm(_ text: String) { hand(.input(.alarmed(text), nil)) }

    /// The loop. Ends, with everything handed over before journalled, after `stop`.
    package func run() async {
        await withDiscardingTaskGroup { tasks in
            var loop = Loop()
            let state = state
            if !state.isQuiet { loop.lead = max(.zero, state.now - clock.now()) }
            // While nothing ran, no heartbeat could be heard.
            if !state.configuration.watch.heartbeats.isEmpty {
                inbox.withLock { $0.work.insert(.input(.started, nil), at: 0) }
                call.yield()
            }
            arrange(&loop, &tasks)
            for await _ in calls {
                while true {
                    let (batch, isStopping) = inbox.withLock { inbox in
                        let batch = inbox.takeBatch()
                        inbox.hasEnded = inbox.isStopping && inbox.isEmpty
                        return (batch, inbox.hasEnded)
                    }
                    if isStopping { call.finish() }
                    if batch.isEmpty { break }
                    await take(batch, &loop)
                    keepSnapshotIfDue(&loop, &tasks)
                    archiveIfDue(&loop, &tasks)
                    arrange(&loop, &tasks)
                }
            }
            await settle(&loop)
            tasks.cancelAll()
        }
        let watchers = shared.withLock { shared in
            shared.hasEnded = true
            defer { shared.watchers = [:] }
            return shared.watchers.values
        }
        // Outside the lock: what a stream does when it ends takes it.
        for watcher in watchers { watcher.finish() }
    }

    /// Ends `run` after what was handed over before.
    package func stop() {
        inbox.withLock { $0.isStopping = true }
        call.yield()
    }

    /// What only the loop touches.
    private struct Loop {
        var scheduledWake: Timestamp?
        /// Keys of messages being sent, with their places.
        var underWay: [String: ChannelReference] = [:]
        /// Applied, not yet durable: the disk refused them.
        var unwritten: [JournalEntry] = []
        /// Said since the latest snapshot began.
        var sinceSnapshot = 0
        var isKeepingSnapshot = false
        var isArchiving = false
        /// After a failure.
        var archivesAgainAt: Timestamp?
        /// How far the state's time is ahead of the clock, because that was set back between two runs.
        var lead = Duration.zero
    }

    /// Makes a batch durable in one go, then applies it.
    private func take(_ batch: [Work], _ loop: inout Loop) async {
        let (first, isQuiet) = shared.withLock { ($0.state.sequence + 1, $0.state.isQuiet) }
        if isQuiet { loop.lead = .zero }
        var entries: [JournalEntry] = []
        var waiting: [CheckedContinuation<Void, any Error>] = []
        /// Sequences of what people did.
        var refusable: Set<UInt64> = []
        let at = clock.now() + loop.lead
        func add(_ input: OperationsInput) {
            entries.append(
                JournalEntry(
                    sequence: first + UInt64(entries.count), atMilliseconds: at.milliseconds, input: input))
        }
        var repeats = RepeatFilter()
        for work in batch {
            switch work {
            case .wake:
                loop.scheduledWake = nil
                add(.clockReached)
            case .snapshotKept:
                loop.isKeepingSnapshot = false
            case .archived(let last):
                loop.archivesAgainAt = last == nil ? at + Self.archiveRetry : nil
                loop.isArchiving = false
                if let last { add(.pagesArchived(through: last)) }
            case .input(let input, let continuation):
                if case .delivered(let key, _) = input { loop.underWay[key] = nil }
                let input = input.ahead(by: loop.lead)
                if let continuation { waiting.append(continuation) }
                if case .observed = input {
                    for part in shared.withLock({ repeats.split(input, $0.state.alerts, at: at) }) { add(part) }
                } else {
                    add(input)
                    if continuation != nil, !input.isAlert { refusable.insert(first + UInt64(entries.count) - 1) }
                }
            }
        }
        var failure: (any Error)?
        do {
            let all = loop.unwritten + entries
            try await blocking { [journal] in try journal.append(all) }
            loop.unwritten = []
            shared.withLock { $0.journalFailure = nil }
        } catch {
            failure = ResponseError(.unavailable, "the operations journal: \(error)")
            shared.withLock { $0.journalFailure = "\(error)" }
            onProblem("the operations journal: \(error)")
            // A person is told, and what they did is not done; an alert must page even while the disk is full.
            entries = entries.filter { !refusable.contains($0.sequence) }.enumerated().map { place, entry in
                JournalEntry(
                    sequence: first + UInt64(place), atMilliseconds: entry.atMilliseconds, input: entry.input)
            }
            loop.unwritten += entries
        }
        shared.withLock { shared in
            for entry in entries {
                auditor.withLock { $0.take(entry, shared.state) }
                shared.state.apply(entry)
            }
            shared.change += 1
            for watcher in shared.watchers.values { watcher.yield(shared.change) }
        }
        for continuation in waiting {
            if let failure { continuation.resume(throwing: failure) } else { continuation.resume() }
        }
        loop.sinceSnapshot += entries.reduce(0) { $0 + $1.input.weight }
    }

    private func keepSnapshotIfDue(_ loop: inout Loop, _ tasks: inout DiscardingTaskGroup) {
        guard loop.sinceSnapshot >= Self.snapshotAfterMin, !loop.isKeepingSnapshot, loop.unwritten.isEmpty else {
            return
        }
        let state = state
        guard loop.sinceSnapshot >= min(state.weight, Self.snapshotAfterMax) else { return }
        loop.sinceSnapshot = 0
        loop.isKeepingSnapshot = true
        tasks.addTask {
            do { try await self.blockingLong { [journal = self.journal] in try journal.keep(state) } } catch {
                self.onProblem("a snapshot of the operations state: \(error)")
            }
            self.hand(.snapshotKept)
        }
    }

    /// Closed pages are let go once the archive has them.
    private func archiveIfDue(_ loop: inout Loop, _ tasks: inout DiscardingTaskGroup) {
        guard let archive, !loop.isArchiving, loop.unwritten.isEmpty,
            loop.archivesAgainAt.map({ $0 <= clock.now() + loop.lead }) ?? true
        else { return }
        let (pages, now) = shared.withLock { (Array($0.state.pagesToArchive), $0.state.now) }
        guard let last = pages.last?.id else { return }
        loop.isArchiving = true
        tasks.addTask {
            do {
                try await self.blockingLong { try archive.keep(pages, at: now) }
                self.hand(.archived(through: last))
            } catch {
                self.onProblem("archiving closed pages: \(error)")
                self.hand(.archived(through: nil))
            }
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
        let lead = loop.lead
        let now = clock.now() + lead
        let busy = Set(loop.underWay.values)
        let (messages, next) = shared.withLock {
            ($0.state.dueMessages(except: busy.contains), [$0.state.nextWakeUp, $0.state.nextMessage])
        }
        for message in messages {
            loop.underWay[message.key] = message.place
            let notifier = notifier()
            tasks.addTask {
                let result = await notifier.deliver(message.notification)
                self.hand(.input(.delivered(key: message.key, result: result), nil))
            }
        }
        var wake = next.compactMap { $0 }.min()
        if !loop.unwritten.isEmpty { wake = min(wake ?? .distantFuture, now + Self.journalRetry) }
        guard let wake else { return }
        let due = max(wake, now + .milliseconds(1))
        if let scheduled = loop.scheduledWake, scheduled <= due { return }
        loop.scheduledWake = due
        tasks.addTask {
            guard (try? await self.clock.sleep(until: due - lead)) != nil else { return }
            self.hand(.wake)
        }
    }
}
