import Alerting
import Basics
import Response
import SignalModel
import Synchronization
import TestKit
import Testing

@Suite("The running operations core")
struct OperationsCoreTests {
    private let clock = VirtualClock()
    private let journal = MemoryJournal()
    private let notifier = RecordingNotifier()

    /// Runs a core over the journal while `body` does, and ends it as a graceful stop does.
    private func running(
        after prepare: (OperationsCore) -> Void = { _ in }, _ body: (OperationsCore) async throws -> Void
    ) async throws {
        let core = try OperationsCore(
            journal: journal, notifier: { [notifier] in notifier }, clock: clock, blocking: { try $0() },
            blockingLong: { try $0() },
            onProblem: { _ in })
        prepare(core)
        let loop = Task { await core.run() }
        do { try await body(core) } catch {
            loop.cancel()
            throw error
        }
        core.stop()
        await loop.value
    }

    private func alert(_ severity: String) -> ObservedAlert {
        ObservedAlert(
            labels: Labels([(name: "alertname", value: "Down"), (name: "severity", value: severity)]),
            annotations: .empty, startsAt: clock.now(), endsAt: clock.now() + .seconds(600), generatorURL: "")
    }

    private func eventually(_ what: String, _ holds: () -> Bool) async throws {
        for _ in 0..<5000 {
            if holds() { return }
            try await Task.sleep(for: .milliseconds(1))
        }
        Issue.record("never came true: \(what)")
    }

    private func pages(to person: String) -> Int {
        notifier.delivered.count { $0.kind == .page && $0.channel.person == person }
    }

    @Test("what was performed is in the journal when the call returns, and there after a restart")
    func durable() async throws {
        try await running { core in
            try await core.perform(.configured(.fixture))
            #expect(journal.entries.count == 1)
            core.observe([alert("P0")])
            try await eventually("a page") { pages(to: "engineer") == 1 }
            let page = try #require(core.state.open.keys.first)
            try await core.act(on: page, .acknowledged(page: page, by: "ada", note: ""))
            #expect(journal.entries.contains { if case .acknowledged = $0.input { true } else { false } })
        }
        try await running { core in
            #expect(core.state.open.values.first?.acknowledgedBy == "ada")
            #expect(core.state.configuration == .fixture)
        }
        #expect(pages(to: "engineer") == 1)
    }

    @Test("a P0 passes the alerts that wait before it, which come in parts")
    func urgent() async throws {
        let storm = (0..<2500).map { number in
            ObservedAlert(
                labels: Labels([(name: "n", value: "\(number)"), (name: "severity", value: "P3")]),
                annotations: .empty, startsAt: clock.now(), endsAt: clock.now() + .seconds(600), generatorURL: "")
        }
        let prepare: (OperationsCore) -> Void = { core in
            core.observe(storm)
            core.observe([alert("P0")])
        }
        try await running(after: prepare) { core in
            try await eventually("all of them") { core.state.alerts.firing.count == 2501 }
        }
        let observed = journal.entries.compactMap { if case .observed(let alerts) = $0.input { alerts } else { nil } }
        #expect(observed.map(\.count) == [1, 1000, 1000, 500])
        #expect(observed[0][0].labels["severity"] == "P0")
    }

    @Test("what people do passes the alerts that wait before it, and keeps its order")
    func people() async throws {
        try await running { core in
            try await core.perform(.configured(.fixture))
            core.observe([alert("P1")])
            try await eventually("a page") { core.state.open.count == 1 }
        }
        // Fewer than a snapshot is due after, which would take the journal's entries away.
        let storm = (0..<1500).map { number in
            ObservedAlert(
                labels: Labels([(name: "n", value: "\(number)"), (name: "severity", value: "P3")]),
                annotations: .empty, startsAt: clock.now(), endsAt: clock.now() + .seconds(600), generatorURL: "")
        }
        let core = try OperationsCore(
            journal: journal, notifier: { [notifier] in notifier }, clock: clock, blocking: { try $0() },
            blockingLong: { try $0() }, onProblem: { _ in })
        let page = try #require(core.state.open.keys.first)
        core.observe(storm)
        let (before, known) = (core.backlog, journal.entries.count)
        let acknowledgement = Task { try await core.act(on: page, .acknowledged(page: page, by: "ada", note: "")) }
        try await eventually("an acknowledgement that waits") { core.backlog == before + 1 }
        let snooze = Task { try await core.act(on: page, .snoozed(page: page, by: "ada", untilMilliseconds: .max)) }
        try await eventually("a snooze behind it") { core.backlog == before + 2 }
        let loop = Task { await core.run() }
        try await acknowledgement.value
        try await snooze.value
        core.stop()
        await loop.value
        let kinds = journal.entries.dropFirst(known).compactMap { entry -> String? in
            switch entry.input {
            case .acknowledged: "acknowledged"
            case .snoozed: "snoozed"
            case .observed: "observed"
            default: nil
            }
        }
        #expect(kinds == ["acknowledged", "snoozed", "observed", "observed"])
        #expect(core.state.open[page]?.status == .snoozed)
        #expect(core.state.alerts.firing.count == 1501)
    }

    @Test("of one P0 what is said first is heard first, whatever waits")
    func order() async throws {
        var ended = alert("P0")
        ended.endsAt = clock.now()
        let prepare: (OperationsCore) -> Void = { core in
            core.observe([alert("P0"), alert("P3")])
            core.observe([alert("P2")])
            core.observe([ended])
        }
        try await running(after: prepare) { core in
            try await eventually("the others alone") {
                core.state.alerts.firing.values.map { $0.labels["severity"] ?? "" }.sorted() == ["P2", "P3"]
            }
        }
    }

    @Test(
        "who follows the changes is let go when the core ends, and who comes later at once", .timeLimit(.minutes(1)))
    func followers() async throws {
        let followed = Mutex<[Task<Void, Never>]>([])
        let ended = Mutex<OperationsCore?>(nil)
        try await running { core in
            ended.withLock { $0 = core }
            for _ in 0..<8 {
                let changes = core.changes()
                followed.withLock { $0.append(Task { for await _ in changes {} }) }
            }
            try await core.perform(.configured(.fixture))
        }
        for task in followed.withLock({ $0 }) { await task.value }
        let core = try #require(ended.withLock { $0 })
        for await _ in core.changes() {}
    }

    @Test("while the disk is full alerts page, people are refused, and all is written when there is space")
    func fullDisk() async throws {
        try await running { core in
            try await core.perform(.configured(.fixture))
            journal.setFull(true)
            core.observe([alert("P0")])
            try await eventually("a page") { pages(to: "engineer") == 1 }
            let page = try #require(core.state.open.keys.first)
            await #expect(throws: ResponseError.self) {
                try await core.act(on: page, .acknowledged(page: page, by: "ada", note: ""))
            }
            #expect(core.state.open[page]?.acknowledgedBy == nil)
            #expect(core.journalFailure != nil)
            journal.setFull(false)
            try await core.act(on: page, .acknowledged(page: page, by: "ada", note: ""))
            #expect(core.journalFailure == nil)
        }
        let replayed = try JournalContent(snapshot: nil, entries: journal.entries).restored()
        #expect(replayed.open.values.first?.acknowledgedBy == "ada")
    }

    @Test("a clock set back by a day between two runs holds up no page")
    func clockSetBack() async throws {
        try await running { core in
            try await core.perform(.configured(.fixture))
            core.observe([alert("P3")])
            try await eventually("the alert") { !core.state.alerts.firing.isEmpty }
        }
        clock.jump(to: clock.now() - .seconds(86_400))
        try await running { core in
            core.observe([alert("P1")])
            try await eventually("the page") { core.state.open.values.contains { $0.severity == .p1 } }
            #expect(pages(to: "engineer") == 0)
            try await eventually("its timer") { clock.sleeperCount > 0 }
            clock.advance(by: .seconds(301))
            try await eventually("the engineer to be paged") { pages(to: "engineer") == 1 }
        }
    }

    private final class MemoryArchive: PageArchive {
        struct Full: Error {}
        let pages = Mutex<[Page]>([])
        let failures = Mutex(1)

        func keep(_ pages: [Page], at now: Timestamp) throws {
            let fails = failures.withLock { failures in
                failures -= 1
                return failures >= 0
            }
            if fails { throw Full() }
            self.pages.withLock { $0 += pages }
        }
        func page(_ id: String) async throws -> Page? { pages.withLock { $0.first { $0.id == id } } }
        func find(_ search: PageSearch) async throws -> [Page] { pages.withLock { $0.filter(search.matches) } }
    }

    @Test("closed pages that are not among the newest are let go once the archive has them, over a failure too")
    func archived() async throws {
        let archive = MemoryArchive()
        let core = try OperationsCore(
            journal: journal, archive: archive, notifier: { [notifier] in notifier }, clock: clock,
            blocking: { try $0() }, blockingLong: { try $0() }, onProblem: { _ in })
        let loop = Task { await core.run() }
        func alerts(lasting: Duration) -> [ObservedAlert] {
            (0..<530).map { number in
                ObservedAlert(
                    labels: Labels([
                        (name: "alertname", value: "A\(number)"), (name: "severity", value: "P1"),
                    ]),
                    annotations: .empty, startsAt: clock.now(), endsAt: clock.now() + lasting, generatorURL: "")
            }
        }
        try await core.observeDurably(alerts(lasting: .seconds(600)))
        try await core.observeDurably(alerts(lasting: .zero))
        try await eventually("the failure") { archive.failures.withLock { $0 } == 0 }
        #expect(core.state.closed.count == 530)
        // The minute counts from when the loop heard of the failure.
        try await eventually("the archive") {
            clock.advance(by: .seconds(61))
            core.poke()
            return core.state.closed.count == 500
        }
        let kept = archive.pages.withLock { $0.map(\.title) }
        #expect(kept.count == 30 && Set(kept + core.state.closed.map(\.title)).count == 530)
        core.stop()
        await loop.value
        #expect(try journal.load().restored() == core.state)
    }

    @Test("an action on a page that is not there is refused before it is journalled")
    func refused() async throws {
        try await running { core in
            await #expect(throws: ResponseError(.notFound, "there is no page 7-x")) {
                try await core.act(on: "7-x", .noted(page: "7-x", by: "ada", text: "hm"))
            }
            #expect(journal.entries.isEmpty)
        }
    }
}
