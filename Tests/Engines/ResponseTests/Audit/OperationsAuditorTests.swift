import Alerting
import Basics
import SignalModel
import TestKit
import Testing

@testable import Response

@Suite("The auditor derives for itself what is due")
struct OperationsAuditorTests {
    private static let labels = ["alertname": "Down", "severity": "P0", "service": "api"]

    /// Feeds a history to an auditor, and then lets a test spoil the state.
    private struct Audited {
        var history = OperationsHistory(.fixture)
        var auditor: OperationsAuditor

        init(_ steps: (inout OperationsHistory) -> Void) {
            steps(&history)
            var state = OperationsState()
            auditor = OperationsAuditor(state)
            for entry in history.journal {
                auditor.take(entry, state)
                state.apply(entry)
            }
        }

        mutating func findings(_ state: OperationsState) -> [String] {
            auditor.audit(state, at: Timestamp(milliseconds: history.now)).map(\.text)
        }
    }

    @Test("it finds nothing where all is as it should be")
    func good() {
        var audited = Audited { history in
            history.fire(Self.labels)
            history.fire(["alertname": "Slow", "severity": "P2"])
            history.advance(minutes: 70)
            history.fire(["alertname": "Odd"])
            history.advance(minutes: 10)
        }
        #expect(audited.findings(audited.history.state).isEmpty)
    }

    @Test("an alert without a page is missed")
    func page() throws {
        var audited = Audited { history in
            history.fire(Self.labels)
            history.advance(minutes: 2)
        }
        var state = audited.history.state
        let id = try #require(state.open.keys.first)
        state.open.remove(id)
        #expect(audited.findings(state).count == 1)
        #expect(audited.findings(state)[0].contains("fires and no page holds it"))
    }

    @Test("a timer that was lost is missed, once a minute has passed")
    func level() throws {
        var audited = Audited { history in
            history.fire(Self.labels)
            history.advance(minutes: 4)
        }
        var state = audited.history.state
        let id = try #require(state.open.keys.first)
        state.open.change(id) { $0.nextLevelAtMilliseconds = nil }
        #expect(audited.findings(state).isEmpty)
        audited.history.now += 3 * 60_000
        #expect(audited.findings(state).count == 1)
        #expect(audited.findings(state)[0].contains("level 2 was due at"))
        state.open.change(id) { $0.status = .acknowledged }
        #expect(audited.findings(state).isEmpty)
    }

    @Test("a person of a paged level who has no message is missed")
    func message() throws {
        var audited = Audited { history in
            history.fire(Self.labels)
            history.advance(minutes: 3)
        }
        var state = audited.history.state
        let id = try #require(state.open.keys.first)
        state.open.change(id) { page in page.told.removeAll { $0.person == "engineer" } }
        #expect(audited.findings(state) == ["page \(id) (Down): there is no message to engineer of level 1"])
    }

    @Test("a lead who has not heard of what is unresolved is missed, acknowledged or not")
    func lead() throws {
        var audited = Audited { history in
            history.fire(Self.labels)
            history.feed(.acknowledged(page: history.state.open.keys.first ?? "", by: "ada", note: ""))
            history.advance(minutes: 32)
        }
        var state = audited.history.state
        let id = try #require(state.open.keys.first)
        #expect(audited.findings(state).isEmpty)
        state.open.change(id) { page in page.told.removeAll { $0.person == "infrastructure-lead" } }
        #expect(audited.findings(state).count == 1)
    }

    @Test("a page that nobody tries to send is overdue")
    func overdue() {
        var state = OperationsState()
        var auditor = OperationsAuditor(state)
        let start: Int64 = 1_700_000_000_000
        for (index, input) in [OperationsInput.configured(.fixture), .observed([Self.alert(start)])].enumerated() {
            let entry = JournalEntry(sequence: UInt64(index + 1), atMilliseconds: start, input: input)
            auditor.take(entry, state)
            state.apply(entry)
        }
        #expect(auditor.audit(state, at: Timestamp(milliseconds: start + 59_999)).isEmpty)
        let found = auditor.audit(state, at: Timestamp(milliseconds: start + 60_000)).map(\.text)
        #expect(found == ["the page to engineer by mail about Down has not been tried since it was due"])
    }

    @Test("what a person resolved, what went silent and what is held open is not missed")
    func excused() throws {
        var audited = Audited { history in
            history.fire(Self.labels)
            history.feed(.resolved(page: history.state.open.keys.first ?? "", by: "ada", note: ""))
            history.advance(minutes: 5)
            history.fire(Self.labels)
            history.advance(minutes: 5)
            history.fire(["alertname": "Gone", "severity": "P3"], lasting: 60_000)
            history.advance(minutes: 10)
            for _ in 0..<4 {
                history.fire(["alertname": "Flap", "severity": "P1"])
                history.advance(minutes: 1)
                history.end(["alertname": "Flap", "severity": "P1"])
            }
            history.advance(minutes: 5)
        }
        #expect(audited.findings(audited.history.state).isEmpty)
    }

    private static func alert(_ now: Int64) -> AlertInput {
        AlertInput(
            ObservedAlert(
                labels: Labels(labels.map { (name: $0.key, value: $0.value) }), annotations: .empty,
                startsAt: Timestamp(milliseconds: now), endsAt: ObservedAlert.untilTold, generatorURL: ""))
    }
}
