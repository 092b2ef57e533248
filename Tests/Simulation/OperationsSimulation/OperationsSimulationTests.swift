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
        let runs = Self.setting("SIMULATION_RUNS") ?? 400
        let first = Self.setting("SIMULATION_SEED")
        for seed in first.map({ $0...$0 }) ?? 1...runs {
            var simulation = Simulation(seed: seed)
            let problems = simulation.run()
            #expect(problems.isEmpty, "SIMULATION_SEED=\(seed): \(problems.prefix(5))")
            if !problems.isEmpty { return }
        }
    }

    @Test("voice and SMS: with callbacks lost, doubled and out of order a page still reaches its person")
    func calls() {
        let runs = Self.setting("SIMULATION_RUNS") ?? 400
        let first = Self.setting("SIMULATION_SEED")
        for seed in first.map({ $0...$0 }) ?? 1...runs {
            var simulation = Simulation(seed: seed, callbacks: true)
            let problems = simulation.run()
            #expect(problems.isEmpty, "SIMULATION_SEED=\(seed): \(problems.prefix(5))")
            if !problems.isEmpty { return }
        }
    }

    @Test("the canary: calls that no channel stands behind are noticed")
    func callsCanary() {
        let found = (1...200).contains { seed in
            var simulation = Simulation(seed: UInt64(seed), callbacks: true, standsAlone: true)
            return !simulation.run().isEmpty
        }
        #expect(found)
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
    /// Voice and SMS providers that accept and call back.
    private let hasCallbacks: Bool
    private var callbacks: [(at: Int64, input: OperationsInput)] = []
    /// Attempts whose callbacks are planned.
    private var planned = 0
    /// Keys of calls and SMS that truly arrived, as the machine was told.
    private var arrived: Set<String> = []

    private struct Story {
        var labels: [String: String]
        var severity: Severity
        var firedAt: Int64
        var acknowledgedAt: Int64?
    }

    init(seed: UInt64, policyDelay: Int64 = 0, callbacks: Bool = false, standsAlone: Bool = false) {
        randomness = SeededRandomness(seed: seed)
        hasCallbacks = callbacks
        var configuration = callbacks ? PagingConfiguration.withCalls : .fixture
        if callbacks {
            configuration.people["engineer"]?.contacts.append(
                .init(channel: "text", address: "+1", afterMilliseconds: 120_000, severities: [.p0, .p1]))
        }
        if standsAlone {
            configuration.delivery.channels["call"]?.fallback = nil
            configuration.delivery.channels["text"]?.fallback = nil
        }
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
            if dice < flaky { return .retry(reason: "503", retryAfterMilliseconds: nil) }
            guard ["call", "text"].contains(notification.channel.channel) else { return .delivered }
            if dice == 9 { return .permanent(reason: "21211") }
            return .accepted(reference: "CA", confirmWithinMilliseconds: Self.confirmWithin)
        }
        // What was due when stays in the attempts, so it is enough to look now and then, and before a story ends.
        for round in 0..<30 {
            step()
            if hasCallbacks { planCallbacks() }
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
        default: advance(Int64(random(20 * 60_000)))
        }
    }

    private static let confirmWithin: Int64 = 120_000

    /// Moves on, and hands over the callbacks that come meanwhile.
    private mutating func advance(_ milliseconds: Int64) {
        let target = history.now + milliseconds
        while hasCallbacks {
            planCallbacks()
            guard let next = callbacks.indices.min(by: { callbacks[$0].at < callbacks[$1].at }),
                callbacks[next].at <= target
            else { break }
            let callback = callbacks.remove(at: next)
            history.advance(milliseconds: max(0, callback.at - history.now))
            if case .confirmed(let key, .delivered, _, _) = callback.input { arrived.insert(key) }
            history.feed(callback.input)
        }
        history.advance(milliseconds: max(0, target - history.now))
    }

    /// Each call and SMS has a fate; what is told of it is lost, doubled and mixed up.
    private mutating func planCallbacks() {
        for attempt in history.attempts[planned...] where attempt.notification.kind == .page {
            guard case .accepted = history.answer(attempt.notification, attempt.at) else { continue }
            let end: ConfirmationStatus = random(2) == 0 ? .delivered : .failed
            for (order, status) in [ConfirmationStatus.underWay, .underWay, end].enumerated() where random(4) > 0 {
                for _ in 0...random(2) {
                    let input = OperationsInput.confirmed(
                        key: attempt.notification.key, status: status, order: Int64(order), detail: "")
                    callbacks.append((attempt.at + Int64(random(240_000)), input))
                }
            }
        }
        planned = history.attempts.count
    }

    /// Some ten minutes after it was due, a page that is still nobody's has truly arrived, or was mailed.
    private mutating func checkArrived() {
        let patience = 3 * Self.confirmWithin + 4 * 60_000
        let after: [Severity: Int64] = [.p0: 0, .p1: 5 * 60_000, .p2: 15 * 60_000]
        for story in stories.values {
            guard let wait = after[story.severity], story.acknowledgedAt == nil,
                story.firedAt + wait + patience < history.now
            else { continue }
            let hasArrived = history.attempts.contains { attempt in
                attempt.notification.kind == .page && attempt.notification.channel.person == "engineer"
                    && isFiringMessage(attempt.notification, of: story)
                    && (attempt.notification.channel.channel == "mail" || arrived.contains(attempt.notification.key))
            }
            if !hasArrived { problems.append("\(story.labels): accepted, and never arrived anywhere") }
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
            history.attempts.filter {
                isFiringMessage($0.notification, of: story) && $0.notification.channel.channel != "call"
            }.map(\.notification.channel))
        let before = history.attempts.count
        history.end(story.labels)
        advance(120 * 60_000)
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
        if hasCallbacks { checkArrived() }
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
                && !attempt.notification.key.contains("/lead")
            { problems.append("\(story.labels): paged \(attempt.at - at) ms after the acknowledgement") }
        }
    }

    private mutating func checkOrder() {
        var levels: [String: Int] = [:]
        var seen: Set<String> = []
        for attempt in history.attempts
        where attempt.notification.kind == .page && seen.insert(attempt.notification.key).inserted
            && !attempt.notification.key.contains("/lead")
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
