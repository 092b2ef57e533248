import Alerting
import Basics
import Glibc
import Response
import SignalModel
import TestKit
import Testing

/// Random histories of events, silence, flapping, heartbeats, failing channels and crashes, with the auditor beside
/// them. `SIMULATION_SEED` repeats one, `SIMULATION_RUNS` sets how many.
@Suite("Simulation of the watch over pages")
struct WatchSimulationTests {
    private static func setting(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }

    @Test(
        "no accepted event is lost, nothing quiet or acknowledged is paged, replay agrees, the auditor misses nothing"
    )
    func invariants() {
        let runs = Self.setting("SIMULATION_RUNS") ?? 80
        let first = Self.setting("SIMULATION_SEED")
        for seed in first.map({ $0...$0 }) ?? 1...runs {
            var simulation = WatchSimulation(seed: seed)
            let problems = simulation.run()
            #expect(problems.isEmpty, "SIMULATION_SEED=\(seed): \(problems.prefix(5))")
            if !problems.isEmpty { return }
        }
    }

    @Test("the canary: an auditor that is shown fewer pages notices")
    func canary() {
        let found = (1...20).contains { seed in
            var simulation = WatchSimulation(seed: UInt64(seed), hidesPages: true)
            return !simulation.run().isEmpty
        }
        #expect(found)
    }
}

private struct WatchSimulation {
    private var randomness: SeededRandomness
    private var history: OperationsHistory
    private let hidesPages: Bool
    /// The same journal applied beside, and what the auditor makes of it.
    private var replica = OperationsState()
    private var auditor: OperationsAuditor
    private var audited = 0
    /// Keys triggered and not resolved, as their senders know it.
    private var triggered: Set<String> = []
    private var acknowledged: [String: Int64] = [:]
    private var problems: [String] = []

    init(seed: UInt64, hidesPages: Bool = false) {
        randomness = SeededRandomness(seed: seed)
        self.hidesPages = hidesPages
        var configuration = PagingConfiguration.fixture
        configuration.watch.noDataAfterMilliseconds = 4 * 3_600_000
        configuration.watch.heartbeats["beat"] = WatchPolicy.Heartbeat(
            everyMilliseconds: 600_000, graceMilliseconds: 60_000, severity: .p1, labels: [:])
        history = OperationsHistory(configuration)
        auditor = OperationsAuditor(replica)
    }

    private mutating func random(_ bound: UInt64) -> UInt64 { randomness.next() % bound }

    mutating func run() -> [String] {
        let flaky = random(2)
        let seed = randomness.seed
        history.answer = { notification, at in
            let dice = notification.key.utf8.reduce(seed ^ UInt64(at)) { $0 &* 31 &+ UInt64($1) } % 10
            return dice < flaky ? .retry(reason: "503", retryAfterMilliseconds: nil) : .delivered
        }
        for _ in 0..<60 {
            step()
            follow()
            check()
            if !problems.isEmpty { break }
        }
        return problems
    }

    private mutating func step() {
        switch random(10) {
        case 0, 1: event(.trigger)
        case 2: event(.resolve)
        case 3: event(.acknowledge)
        case 4: repeated()
        case 5: flap()
        case 6: history.feed(.beaten("beat"))
        case 7: crash()
        default: history.advance(milliseconds: Int64(random(20 * 60_000)))
        }
    }

    private mutating func event(_ action: EventInput.Action) {
        let key = "k\(random(4))"
        let severity = Severity.allCases[Int(random(4))]
        let alert = AlertInput(
            ObservedAlert(
                labels: Labels([("alertname", "E"), ("severity", severity.rawValue), ("dedup_key", key)]),
                annotations: .empty, startsAt: Timestamp(milliseconds: history.now), endsAt: ObservedAlert.untilTold,
                generatorURL: ""))
        switch action {
        case .trigger: triggered.insert(key)
        case .resolve: triggered.remove(key)
        case .acknowledge:
            guard
                let page = history.state.open.values.first(where: {
                    $0.groupLabels["dedup_key"] == key && !$0.firing.isEmpty
                })
            else { break }
            acknowledged[page.id] = acknowledged[page.id] ?? history.now
        }
        history.feed(.events([EventInput(action, key: key, alert: action == .trigger ? alert : nil, by: "sim")]))
    }

    /// A sender that repeats for some minutes, or goes away.
    private mutating func repeated() {
        history.fire(["alertname": "R\(random(2))", "severity": "P1"], lasting: Int64(1 + random(30)) * 60_000)
    }

    private mutating func flap() {
        let labels = ["alertname": "F", "severity": "P0"]
        for _ in 0..<(1 + random(5)) {
            history.fire(labels)
            history.advance(milliseconds: Int64(random(180_000)))
            history.end(labels)
            history.advance(milliseconds: Int64(random(180_000)))
        }
    }

    /// Power fails: at most the outcome of the latest attempt is lost.
    private mutating func crash() {
        var keep = history.journal.count
        if let last = history.journal.last, case .delivered = last.input, random(2) == 0 { keep -= 1 }
        history.restart(keeping: keep)
        replica = OperationsState()
        auditor = OperationsAuditor(replica)
        audited = 0
        follow()
        history.feed(.started)
    }

    private mutating func follow() {
        for entry in history.journal[audited...] {
            auditor.take(entry, replica)
            replica.apply(entry)
        }
        audited = history.journal.count
    }

    private mutating func check() {
        if replica != history.state { problems.append("the journal leads to another state") }
        for key in triggered where history.state.events[key].flatMap({ history.state.alerts.firing[$0] }) == nil {
            problems.append("the event \(key) was accepted and is lost")
        }
        for attempt in history.attempts where attempt.notification.kind == .page {
            let notification = attempt.notification
            if notification.subject.alerts.isEmpty { problems.append("\(notification.key): paged about nothing") }
            if let at = acknowledged[notification.subject.pageID], notification.decidedAtMilliseconds > at,
                !notification.key.contains("/lead/")
            {
                problems.append("\(notification.key): paged after the acknowledgement")
            }
        }
        var state = history.state
        if hidesPages { state = OperationsState() }
        let found = auditor.audit(state, at: Timestamp(milliseconds: history.now))
        problems += found.map { "the auditor: \($0.text)" }
    }
}
