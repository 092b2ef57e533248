import Basics
import Foundation
import TestKit
import Testing

@testable import Response

@Suite("What the gate remembers")
struct GateBookTests {
    private func record(
        _ history: OperationsHistory, _ verdict: GateDecision.Verdict = .allow,
        _ change: GateQuestion.Change = .normal, from: String? = nil, fromRan: Bool = true, service: String = "cart"
    ) -> OperationsInput {
        var decision = GateDecision(
            question: GateQuestion(service: service, environment: "production", change: change), verdict: verdict,
            reasons: ["because"], standings: [])
        decision.reasons = ["because"]
        return .gate(
            .asked(
                GateRecord(
                    decision, summary: "cart:2", by: "ci", source: "kubernetes",
                    template: from.map {
                        WorkloadTemplate(workload: "a/b/Deployment/cart", from: $0, fromRan: fromRan)
                    },
                    at: Timestamp(milliseconds: history.now))))
    }

    private func glass(_ history: OperationsHistory, minutes: Int64 = 60, environment: String = "") -> BreakGlass {
        BreakGlass(
            id: "g1", service: "cart", environment: environment, by: "ann", reason: "checkout is down without it",
            at: Timestamp(milliseconds: history.now),
            expiresAt: Timestamp(milliseconds: history.now + minutes * 60_000))
    }

    @Test("a template counts as one to go back to once it was left whole, and no more once it was rolled back from")
    func templates() {
        var history = OperationsHistory(.fixture)
        let workload = "a/b/Deployment/cart"
        history.feed(record(history, from: "one"))
        #expect(history.state.gate.hasRun("one", on: workload))
        #expect(!history.state.gate.hasRun("one", on: "a/b/Deployment/search"))
        history.feed(record(history, .allow, .rollback, from: "two"))
        #expect(!history.state.gate.hasRun("two", on: workload), "it was rolled back from")
        history.feed(record(history, from: "three", fromRan: false))
        #expect(!history.state.gate.hasRun("three", on: workload), "its replicas never were all there")
        history.feed(record(history, .blocked, from: "four"))
        #expect(!history.state.gate.hasRun("four", on: workload), "it was never left")
        for number in 0..<20 { history.feed(record(history, from: "n\(number)")) }
        #expect(!history.state.gate.hasRun("one", on: workload), "only the newest are remembered")
        #expect(history.state.gate.hasRun("n19", on: workload))
    }

    @Test("what passes stands in the timeline of the service's page; what is refused does not")
    func timeline() throws {
        var history = OperationsHistory(.fixture)
        history.fire(["alertname": "Errors", "severity": "P1", "service": "cart"])
        history.feed(record(history))
        history.feed(record(history, .blocked))
        history.feed(record(history, service: "search"))
        let page = try #require(history.state.open.values.first)
        #expect(page.timeline.filter { $0.kind == .change }.map(\.text) == ["cart deployed: cart:2"])
        #expect(history.state.gate.records.count == 3)
    }

    @Test("break-glass is told to the lead and the team's channels, wakes nobody, and ends by itself or by hand")
    func breakGlass() throws {
        var history = OperationsHistory(.fixture)
        let question = GateQuestion(service: "cart", environment: "production")
        history.feed(.gate(.glassBroken(glass(history))))
        let notices = history.messages(.notice)
        #expect(Set(notices.map(\.notification.channel.channel)) == ["mail", "slack", "hook"])
        #expect(notices.contains { $0.notification.channel.person == "infrastructure-lead" })
        #expect(notices.allSatisfy { $0.notification.subject.text.contains("checkout is down without it") })
        #expect(history.messages(.page).isEmpty)
        #expect(history.state.gate.glass(for: question, at: history.now)?.by == "ann")
        history.advance(minutes: 59)
        #expect(history.state.gate.glass(for: question, at: history.now) != nil)
        history.advance(minutes: 1)
        #expect(history.state.gate.glass(for: question, at: history.now) == nil, "it ends at its time")

        var again = OperationsHistory(.fixture)
        again.feed(.gate(.glassBroken(glass(again))))
        again.advance(minutes: 5)
        again.feed(.gate(.glassRestored(id: "g1", by: "bob")))
        #expect(again.state.gate.glass(for: question, at: again.now) == nil)
        #expect(again.messages(.notice).count == 6)
    }

    @Test("a service that has a lead of its own: that one hears of break-glass, and no other")
    func serviceLead() {
        var configuration = PagingConfiguration.fixture
        for (services, person) in [(["cart": "team-lead"], "team-lead"), (["mail": "cto"], "infrastructure-lead")] {
            configuration.serviceLeads = services
            var history = OperationsHistory(configuration)
            history.feed(.gate(.glassBroken(glass(history))))
            let told = history.messages(.notice).map(\.notification.channel.person).filter { !$0.isEmpty }
            #expect(told == [person])
        }
    }

    @Test("break-glass for one environment opens no other")
    func environment() {
        var history = OperationsHistory(.fixture)
        history.feed(.gate(.glassBroken(glass(history, environment: "staging"))))
        let book = history.state.gate
        #expect(book.glass(for: GateQuestion(service: "cart", environment: "staging"), at: history.now) != nil)
        #expect(book.glass(for: GateQuestion(service: "cart", environment: "production"), at: history.now) == nil)
        #expect(book.glass(for: GateQuestion(service: "search", environment: "staging"), at: history.now) == nil)
    }

    @Test("a channel in which everything becomes an incident hears no notice")
    func incidents() {
        var configuration = PagingConfiguration.fixture
        configuration.delivery.channels["hook"] = DeliveryPolicy.Channel()
        configuration.delivery.channels["hook"]?.opensIncidents = true
        var history = OperationsHistory(configuration)
        history.feed(.gate(.glassBroken(glass(history))))
        #expect(!history.messages(.notice).contains { $0.notification.channel.channel == "hook" })
    }

    @Test("break-glass without a reason, a service, or for more than a day is refused", arguments: 0..<6)
    func refusals(number: Int) {
        var history = OperationsHistory(.fixture)
        history.now += 1
        var wrong = glass(history)
        switch number {
        case 0: wrong.reason = "  because   "
        case 1: wrong.reason = String(repeating: "x", count: 1001)
        case 2: wrong.service = ""
        case 3: wrong.expiresAtMilliseconds = history.now + 25 * 3_600_000
        case 4: wrong.expiresAtMilliseconds = history.now
        default: wrong.environment = String(repeating: "e", count: 201)
        }
        let now = Timestamp(milliseconds: history.now)
        #expect(history.state.refusal(of: .glassBroken(wrong), at: now) != nil)
        #expect(history.state.refusal(of: .glassBroken(glass(history)), at: now) == nil)
    }

    @Test("closing what is over or never was is refused")
    func closing() {
        var history = OperationsHistory(.fixture)
        func refusal(_ id: String) -> ResponseError.Code? {
            history.state.refusal(of: .glassRestored(id: id, by: "b"), at: Timestamp(milliseconds: history.now))?.code
        }
        #expect(refusal("g1") == .notFound)
        history.feed(.gate(.glassBroken(glass(history))))
        #expect(refusal("g1") == nil)
        history.advance(minutes: 61)
        #expect(refusal("g1") == .conflict)
    }

    @Test("the journal replayed after any crash gives the same gate, and so does a snapshot read back")
    func replay() throws {
        var history = OperationsHistory(.fixture)
        history.feed(record(history, from: "one"))
        history.feed(.gate(.glassBroken(glass(history))))
        history.advance(minutes: 3)
        history.feed(record(history, .blocked))
        history.feed(.gate(.glassRestored(id: "g1", by: "bob")))
        let whole = history.state
        let lines = try history.journal.map { try JSONEncoder().encode($0) }
        var replayed = OperationsState()
        for (index, line) in lines.enumerated() {
            replayed.apply(try JSONDecoder().decode(JournalEntry.self, from: line))
            // A snapshot in the middle, as a crash after it would find it.
            if index % 3 == 0 {
                replayed = try JSONDecoder().decode(OperationsState.self, from: JSONEncoder().encode(replayed))
                replayed.settle()
            }
        }
        #expect(replayed.gate == whole.gate && replayed.changes == whole.changes)
        #expect(replayed.gate.hasRun("one", on: "a/b/Deployment/cart"))
    }
}
