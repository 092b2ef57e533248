import Basics
import Glibc
import Response
import SignalModel
import TestKit
import Testing

/// Random histories of alerts, people, failing channels, crashes and jumping clocks, and what must hold in each.
/// `SIMULATION_SEED` repeats one, `SIMULATION_RUNS` sets how many.
@Suite("Simulation of the operations core")
struct OperationsSimulationTests {
    private static func setting(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }

    @Test("no due page is missed, none follows an acknowledgement, levels keep their order, keys are stable")
    func invariants() {
        let runs = Self.setting("SIMULATION_RUNS") ?? 2000
        let first = Self.setting("SIMULATION_SEED")
        for seed in first.map({ $0...$0 }) ?? 1...runs {
            var simulation = Simulation(seed: seed)
            let problems = simulation.run()
            #expect(problems.isEmpty, "SIMULATION_SEED=\(seed): \(problems.prefix(5))")
            if !problems.isEmpty { return }
        }
    }

    @Test("the canary: a policy that pages late is noticed")
    func canary() {
        let found = (1...50).contains { seed in
            var simulation = Simulation(seed: UInt64(seed), policyDelay: 60_000)
            return !simulation.run().isEmpty
        }
        #expect(found)
    }
}

/// One history. The oracle below derives what is due from the story alone, never from the state machine.
private struct Simulation {
    private var randomness: SeededRandomness
    private var history: OperationsHistory
    private let policyDelay: Int64
    /// Firing stories by label text.
    private var stories: [String: Story] = [:]
    private var problems: [String] = []

    private struct Story {
        var labels: [String: String]
        var severity: Severity
        var firedAt: Int64
        var acknowledgedAt: Int64?
    }

    init(seed: UInt64, policyDelay: Int64 = 0) {
        randomness = SeededRandomness(seed: seed)
        var configuration = PagingConfiguration.fixture
        if policyDelay > 0 {
            for severity in Severity.allCases {
                if let after = configuration.policies[severity]?.pageAfterMilliseconds {
                    configuration.policies[severity]?.pageAfterMilliseconds = after + policyDelay
                }
            }
        }
        history = OperationsHistory(configuration)
        self.policyDelay = policyDelay
    }

    private mutating func random(_ bound: UInt64) -> UInt64 { randomness.next() % bound }

    mutating func run() -> [String] {
        let flaky = random(3)
        let seed = randomness.seed
        history.answer = { notification, at in
            let dice = notification.key.utf8.reduce(seed ^ UInt64(at)) { $0 &* 31 &+ UInt64($1) } % 10
            return dice < flaky ? .retry(reason: "503", retryAfterMilliseconds: nil) : .delivered
        }
        // What was due when stays in the attempts, so it is enough to look now and then, and before a story ends.
        for round in 0..<30 {
            step()
            if round % 10 == 9 { check() }
        }
        return problems
    }

    private mutating func step() {
        switch random(9) {
        case 0, 1, 2: fire()
        case 3: endOne()
        case 4: acknowledgeOne()
        case 5: crash()
        case 6:
            // NTP or an operator sets the clock back; the machine must not take it for time passed.
            let jump = Int64(random(600_000))
            history.now -= jump
            history.feed(.clockReached)
            history.now += jump
        default: history.advance(milliseconds: Int64(random(20 * 60_000)))
        }
    }

    private mutating func fire() {
        let severity = Severity.allCases[Int(random(4))]
        let labels = ["alertname": "A\(random(3))", "severity": severity.rawValue, "cluster": "c\(random(2))"]
        let key = "\(labels.sorted { $0.key < $1.key })"
        if stories[key] == nil {
            stories[key] = Story(labels: labels, severity: severity, firedAt: history.now)
        }
        history.fire(labels)
        // The sender repeats, as rules do.
        if random(2) == 0 { history.fire(labels) }
    }

    private mutating func endOne() {
        checkDuePages()
        guard let key = stories.keys.sorted().first, let story = stories.removeValue(forKey: key) else { return }
        let told = Set(
            history.attempts.filter { isFiringMessage($0.notification, of: story) }.map(\.notification.channel))
        let before = history.attempts.count
        history.end(story.labels)
        history.advance(minutes: 120)
        let resolved = Set(
            history.attempts[before...].filter { $0.notification.kind == .resolved }.map(\.notification.channel))
        if story.firedAt >= 0, !told.isSubset(of: resolved.union(latestResolved())) {
            problems.append("places told of \(story.labels) never heard that it ended: \(told.subtracting(resolved))")
        }
    }

    private func latestResolved() -> Set<ChannelReference> {
        Set(history.messages(.resolved).map(\.notification.channel))
    }

    private func isFiringMessage(_ notification: Notification, of story: Story) -> Bool {
        [.page, .announcement].contains(notification.kind)
            && notification.subject.groupLabels["alertname"] == story.labels["alertname"]
            && notification.subject.groupLabels["cluster"] == story.labels["cluster"]
            && notification.subject.severity == story.severity
            && notification.decidedAtMilliseconds >= story.firedAt
    }

    private mutating func acknowledgeOne() {
        guard let page = history.state.open.values.sorted(by: { $0.id < $1.id }).first(where: { $0.status == .open })
        else { return }
        for (key, story) in stories
        where story.severity == page.severity && page.groupLabels["alertname"] == story.labels["alertname"]
            && page.groupLabels["cluster"] == story.labels["cluster"]
        {
            stories[key]?.acknowledgedAt = history.now
        }
        history.feed(.acknowledged(page: page.id, by: "ada", note: ""))
    }

    /// Power fails: the journal keeps what was durable, at most the outcome of the latest attempt is lost.
    private mutating func crash() {
        var keep = history.journal.count
        if let last = history.journal.last, case .delivered = last.input, random(2) == 0 { keep -= 1 }
        history.restart(keeping: keep)
    }

    private mutating func check() {
        checkDuePages()
        checkAcknowledged()
        checkOrder()
        checkKeys()
    }

    /// Each unacknowledged P0, P1 and P2 has an attempt at the engineer by its due time.
    private mutating func checkDuePages() {
        let after: [Severity: Int64] = [.p0: 0, .p1: 5 * 60_000, .p2: 15 * 60_000]
        for story in stories.values {
            guard let wait = after[story.severity] else { continue }
            let due = story.firedAt + wait
            guard due <= history.now, story.acknowledgedAt.map({ $0 > due }) ?? true else { continue }
            let paged = history.attempts.contains {
                $0.notification.kind == .page && $0.notification.channel.person == "engineer"
                    && isFiringMessage($0.notification, of: story) && $0.notification.decidedAtMilliseconds <= due
            }
            if !paged { problems.append("\(story.labels): no page decided by \(due - story.firedAt) ms") }
        }
    }

    /// After an acknowledgement only the lead is paged, by the timer of what is unresolved.
    private mutating func checkAcknowledged() {
        for story in stories.values {
            guard let at = story.acknowledgedAt else { continue }
            for attempt in history.attempts
            where attempt.notification.kind == .page && attempt.at > at
                && isFiringMessage(attempt.notification, of: story)
                && !attempt.notification.key.contains("/lead/")
            { problems.append("\(story.labels): paged \(attempt.at - at) ms after the acknowledgement") }
        }
    }

    private mutating func checkOrder() {
        var levels: [String: Int] = [:]
        var seen: Set<String> = []
        for attempt in history.attempts
        where attempt.notification.kind == .page && seen.insert(attempt.notification.key).inserted
            && !attempt.notification.key.contains("/lead/")
        {
            let page = attempt.notification.subject.pageID
            let level = attempt.notification.subject.level
            if level < levels[page] ?? 0, level != 1 {
                problems.append("level \(level) of \(page) after a higher one")
            }
            levels[page] = level
        }
    }

    /// The same decision always goes out with the same content under the same key, and no content under two keys.
    private mutating func checkKeys() {
        var content: [String: Notification] = [:]
        for attempt in history.attempts {
            let known = content[attempt.notification.key]
            if let known, known.kind != attempt.notification.kind || known.channel != attempt.notification.channel {
                problems.append("key \(attempt.notification.key) carries two messages")
            }
            content[attempt.notification.key] = attempt.notification
        }
        let decisions = content.values.map {
            "\($0.subject.pageID)|\($0.kind)|\($0.channel)|\($0.subject.level)|\($0.decidedAtMilliseconds)|\($0.subject.text)"
        }
        if Set(decisions).count != decisions.count { problems.append("one decision went out under two keys") }
    }
}
