import Alerting
import Basics
import Glibc
import Response
import SignalModel
import TestKit
import Testing

/// Random histories that the power ends after any entry of the journal, and what must hold of the time after it.
/// `CRASH_SIMULATION_SEED` repeats one, `CRASH_SIMULATION_RUNS` sets how many.
@Suite("Simulation of crashes at every position of the journal")
struct CrashSimulationTests {
    private static func setting(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }

    @Test("nothing accepted is lost, what is due is paged, what was delivered is not sent again, keys stay")
    func everyPosition() throws {
        let runs = Self.setting("CRASH_SIMULATION_RUNS") ?? 40
        let first = Self.setting("CRASH_SIMULATION_SEED")
        for seed in first.map({ $0...$0 }) ?? 1...runs {
            var simulation = CrashSimulation(seed: seed)
            let problems = try simulation.run()
            #expect(problems.isEmpty, "CRASH_SIMULATION_SEED=\(seed): \(problems.prefix(5))")
            if !problems.isEmpty { return }
        }
    }

    @Test("the canary: a journal that loses an entry is noticed")
    func canary() throws {
        let found = try (1...30).contains { seed in
            var simulation = CrashSimulation(seed: UInt64(seed), losesEntries: true)
            return try !simulation.run().isEmpty
        }
        #expect(found)
    }
}

/// The oracle keeps its own account of what was fired, ended and acknowledged, by place in the journal.
private struct CrashSimulation {
    private enum Fact {
        case fired, ended, acknowledged
    }

    private struct Story {
        var severity: Severity
        var firedAt: Int64
        var isAcknowledged = false
    }

    private var randomness: SeededRandomness
    private var history = OperationsHistory(.fixture)
    /// In the order of the journal: at which entry what happened to which labels.
    private var facts: [(entry: Int, fact: Fact, labels: [String: String])] = []
    private let losesEntries: Bool
    private var problems: [String] = []

    private static let positionsMax = 48
    private static let sampledPositions = 16
    private static let minute: Int64 = 60_000
    /// What the requirements say, in milliseconds after the first alert; P3 is mailed and never pages.
    private static let pagedAfter: [Severity: Int64] = [.p0: 0, .p1: 5 * minute, .p2: 15 * minute]
    private static let leadAfter: [Severity: Int64] = [.p0: 30 * minute, .p1: 30 * minute, .p2: 30 * minute]

    init(seed: UInt64, losesEntries: Bool = false) {
        randomness = SeededRandomness(seed: seed)
        self.losesEntries = losesEntries
    }

    private mutating func random(_ bound: UInt64) -> UInt64 { randomness.next() % bound }

    mutating func run() throws -> [String] {
        let flaky = random(3)
        let seed = randomness.seed
        history.answer = { notification, at in
            let dice = notification.key.utf8.reduce(seed ^ UInt64(at)) { $0 &* 31 &+ UInt64($1) } % 10
            return dice < flaky ? .retry(reason: "503", retryAfterMilliseconds: nil) : .delivered
        }
        for _ in 0..<2 + random(8) { step() }
        let count = history.journal.count
        // Every position of a short history, some of a long one.
        let positions =
            count <= Self.positionsMax
            ? Set(1...count) : Set((0..<Self.sampledPositions).map { _ in 1 + Int(random(UInt64(count))) })
        var state = OperationsState()
        let snapshotAt = Int(random(UInt64(count)))
        var restored: OperationsState?
        for (index, entry) in history.journal.enumerated() {
            state.apply(entry)
            restored?.apply(entry)
            if index == snapshotAt {
                restored = try JournalContent(snapshot: RecordedState(state).read(), entries: []).restored()
            }
            if positions.contains(index + 1) { crash(keeping: index + 1, state) }
        }
        if restored != state { problems.append("a snapshot after entry \(snapshotAt) leads to another state") }
        if state != history.state { problems.append("the journal leads to another state than the one that ran") }
        return problems
    }

    private mutating func step() {
        let labels = ["alertname": "A\(random(2))", "severity": "P\(random(4))", "cluster": "c"]
        switch random(6) {
        case 0, 1:
            note(.fired, labels)
            history.fire(labels)
        case 2:
            note(.ended, labels)
            history.end(labels)
        case 3:
            guard let page = history.state.open.values.filter({ $0.status == .open }).min(by: { $0.id < $1.id })
            else {
                return
            }
            note(.acknowledged, page.groupLabels.merging(["severity": page.severity.rawValue]) { $1 })
            history.feed(.acknowledged(page: page.id, by: "ada", note: ""))
        default: history.advance(milliseconds: Int64(random(12 * 60_000)))
        }
    }

    private mutating func note(_ fact: Fact, _ labels: [String: String]) {
        facts.append((history.journal.count, fact, labels))
    }

    /// What was known when the first `count` entries were durable.
    private func stories(_ count: Int) -> [[String: String]: Story] {
        var stories: [[String: String]: Story] = [:]
        for (entry, fact, labels) in facts where entry < count {
            switch fact {
            case .fired:
                guard stories[labels] == nil, let severity = labels["severity"].flatMap(Severity.init(rawValue:))
                else {
                    continue
                }
                stories[labels] = Story(severity: severity, firedAt: history.journal[entry].atMilliseconds)
            case .ended: stories[labels] = nil
            case .acknowledged: stories[labels]?.isAcknowledged = true
            }
        }
        return stories
    }

    private mutating func crash(keeping count: Int, _ state: OperationsState) {
        let kept = history.journal.prefix(count)
        // Attempts and their results alternate: as many attempts are known as results are durable, and one may have
        // been under way.
        let results = kept.compactMap { entry -> (key: String, result: DeliveryResult)? in
            if case .delivered(let key, let result) = entry.input { (key, result) } else { nil }
        }
        let known = history.attempts.prefix(results.count)
        let underWay: String? =
            if count < history.journal.count, case .delivered(let key, _) = history.journal[count].input { key } else
            {
                nil
            }
        var after = history
        after.answer = { _, _ in .delivered }
        let restartedFrom = after.attempts.count
        var begin = state
        if losesEntries, let last = kept.last {
            begin = OperationsState()
            for entry in kept.dropLast() { begin.apply(entry) }
            begin.apply(
                JournalEntry(sequence: last.sequence, atMilliseconds: last.atMilliseconds, input: .clockReached))
        }
        after.restart(keeping: count, as: begin, after: Int64(random(5)) * Self.minute)
        let restartedAt = after.now
        after.advance(minutes: 45)
        let new = Array(after.attempts[restartedFrom...])
        let all = Array(known) + new

        for (labels, story) in stories(count) {
            let messages = all.filter { isAbout($0.notification, labels, since: story.firedAt) }
            if !after.state.alerts.firing.values.contains(where: { $0.labels == labels }) {
                report(count, "\(labels) was accepted and is gone")
            }
            if let wait = Self.pagedAfter[story.severity], !story.isAcknowledged {
                let due = max(story.firedAt + wait, restartedAt)
                let isPaged = messages.contains {
                    $0.notification.kind == .page && $0.notification.channel.person == "engineer" && $0.at <= due
                }
                if !isPaged { report(count, "\(labels): nobody paged by its due time or the restart") }
            }
            if let wait = Self.leadAfter[story.severity] {
                let due = max(story.firedAt + wait, restartedAt)
                let isTold = messages.contains {
                    $0.notification.key.contains("/lead") && $0.notification.decidedAtMilliseconds <= due
                }
                if !isTold { report(count, "\(labels): unresolved, and the lead was not told") }
            }
            let isPagedAnyway = new.contains {
                $0.notification.kind == .page && !$0.notification.key.contains("/lead")
                    && isAbout($0.notification, labels, since: story.firedAt)
            }
            if story.isAcknowledged, isPagedAnyway { report(count, "\(labels): paged after its acknowledgement") }
        }
        let delivered = Set(results.filter { $0.result == .delivered }.map(\.key))
        for attempt in new where delivered.contains(attempt.notification.key) {
            report(count, "\(attempt.notification.key) was delivered before the crash and is sent again")
        }
        if let underWay, !new.contains(where: { $0.notification.key == underWay }) {
            report(count, "\(underWay) was under way and is not sent again under its key")
        }
        var sent: Set<String> = []
        for attempt in new where !sent.insert(attempt.notification.key).inserted {
            report(count, "\(attempt.notification.key) is sent twice although it was delivered")
        }
    }

    private mutating func report(_ count: Int, _ what: String) {
        problems.append("crash after entry \(count): \(what)")
    }

    private func isAbout(_ notification: Response.Notification, _ labels: [String: String], since: Int64) -> Bool {
        notification.subject.groupLabels["alertname"] == labels["alertname"]
            && notification.subject.severity.rawValue == labels["severity"]
            && notification.decidedAtMilliseconds >= since
    }
}
